/** The photos that the gallery has read so far; it outlives the view, so that one returns to where one was. */

import { getJson, postJson } from "../api.js";

const PAGE = 60;
/** A page may be empty and still not the last one: so many are read for one wish before a person is asked. */
const MAX_EMPTY_PAGES = 12;
const MAX_LOOKUP = 100;

export class PhotoList {
  /** @param {{prefix?: string, user?: string, status?: string}} filters */
  constructor(filters) {
    this.filters = filters;
    this.photos = [];
    this.cursor = null;
    this.lookedBackTo = null;
    this.isBegun = false;
    this.isLoading = false;
    /** Whether the latest wish for more found any: if not, only a person wishes for more. */
    this.hasFoundMore = false;
    this.error = null;
    this.scrollY = 0;
    this.listener = () => {};
  }

  get isOver() {
    return this.isBegun && !this.cursor;
  }

  get processingKeys() {
    return this.photos.filter((photo) => photo.status === "PROCESSING").map((photo) => photo.key);
  }

  async loadMore() {
    if (this.isLoading || this.isOver) return;
    this.change({ isLoading: true, error: null });
    try {
      const before = this.photos.length;
      for (let pages = 0; pages < MAX_EMPTY_PAGES && this.photos.length === before && !this.isOver; pages += 1) {
        await this.#readPage();
      }
      this.change({ isLoading: false, hasFoundMore: this.photos.length > before });
    } catch (error) {
      this.change({ isLoading: false, error });
    }
  }

  async #readPage() {
    const page = await this.#page(this.cursor);
    const known = new Set(this.photos.map((photo) => photo.key));
    this.photos = [...this.photos, ...page.photos.filter((photo) => !known.has(photo.key))];
    Object.assign(this, { cursor: page.cursor, lookedBackTo: page.looked_back_to, isBegun: true });
    this.listener();
  }

  #page(cursor) {
    return getJson("photos", { ...this.filters, cursor, limit: PAGE });
  }

  /** Read again how the photos stand that are at work. */
  async refreshProcessing() {
    const keys = this.processingKeys.slice(0, MAX_LOOKUP);
    if (keys.length) this.#replace((await postJson("photos/lookup", { keys })).photos);
  }

  /** Take in what was uploaded since. */
  async refreshNewest() {
    if (!this.isBegun || this.isLoading) return;
    const { photos } = await this.#page(null);
    const known = new Set(this.photos.map((photo) => photo.key));
    const added = photos.filter((photo) => !known.has(photo.key));
    if (added.length) this.photos = [...added, ...this.photos];
    this.#replace(photos);
  }

  #replace(photos) {
    const fresh = new Map(photos.map((photo) => [photo.key, photo]));
    const isChanged = (photo) => fresh.has(photo.key) && JSON.stringify(fresh.get(photo.key)) !== JSON.stringify(photo);
    // One that is as it was stays the same object, so that its tile is not drawn again.
    this.change({ photos: this.photos.map((photo) => (isChanged(photo) ? fresh.get(photo.key) : photo)) });
  }

  change(what) {
    Object.assign(this, what);
    this.listener();
  }
}

let kept = new PhotoList({});

/** The list of these filters: the one that was read before, where they are the same. */
export function listOf(filters) {
  if (JSON.stringify(kept.filters) !== JSON.stringify(filters)) kept = new PhotoList(filters);
  return kept;
}
