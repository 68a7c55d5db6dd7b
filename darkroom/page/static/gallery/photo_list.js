/** The photos that the gallery has read so far; it outlives the view, so that one returns to where one was. */

import { getJson } from "../api.js";
import { MOST_KEYS, lookUp } from "../lookup.js";
import { isJustStarted, startedKeys } from "../started_reruns.js";
import { joined, withFresh } from "./photo_order.js";

const PAGE = 60;
/** A page may be empty and still not the last one: so many are read for one wish before a person is asked. */
const MAX_PAGES = 12;

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
    /** The photo to return to, and how far down in the window it was: {key, top}, null at the top. */
    this.kept = null;
    this.listener = () => {};
  }

  get isOver() {
    return this.isBegun && !this.cursor;
  }

  /** Photos that change soon: those at work, and those that a re-run is about to claim. */
  get changingKeys() {
    const isChanging = ({ key, status, need }) => (status === "PROCESSING" && need !== "stuck") || isJustStarted(key);
    return this.photos.filter(isChanging).map((photo) => photo.key);
  }

  async loadMore() {
    if (this.isLoading || this.isOver) return;
    this.change({ isLoading: true, error: null });
    try {
      const before = this.photos.length;
      for (let pages = 0; pages < MAX_PAGES && this.photos.length === before && !this.isOver; pages += 1) {
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
    this.#continueAfter(page);
    this.listener();
  }

  #page(cursor) {
    return getJson("photos", { ...this.filters, cursor, limit: PAGE });
  }

  #continueAfter({ cursor, looked_back_to: lookedBackTo }) {
    Object.assign(this, { cursor, lookedBackTo, isBegun: true });
  }

  /** Read again how those photos stand that change soon. */
  refreshChanging() {
    return this.#lookUp(this.changingKeys);
  }

  /** Take in what was uploaded, and what was run again in other views. */
  async refreshAll() {
    await this.refreshNewest();
    const there = new Set(this.photos.map((photo) => photo.key));
    await this.#lookUp(startedKeys().filter((key) => there.has(key)));
  }

  /** Take in what was uploaded since. */
  async refreshNewest() {
    if (!this.isBegun || this.isLoading) return;
    const newest = await this.#newest();
    // What was loaded meanwhile goes on from the cursor that this would replace.
    if (this.isLoading) return;
    const { photos, isContinued } = joined(this.photos, newest.photos, newest.cursor, this.filters.status);
    if (!isContinued) {
      this.#continueAfter(newest);
      this.hasFoundMore = newest.photos.length > 0;
    }
    this.change({ photos });
  }

  /** The newest pages, until one holds a photo that is known. */
  async #newest() {
    const known = new Set(this.photos.map((photo) => photo.key));
    let all = [];
    let cursor = null;
    for (let pages = 1; ; pages += 1) {
      const page = await this.#page(cursor);
      all = [...all, ...page.photos];
      cursor = page.cursor;
      const hasGap = all.length > 0 && !all.some((photo) => known.has(photo.key));
      if (!hasGap || !cursor || pages === MAX_PAGES) return { ...page, photos: all };
    }
  }

  async #lookUp(keys) {
    if (!keys.length) return;
    // Of too many, those at the end: the oldest at work end first, and the latest re-runs stand last.
    const { photos, missing } = await lookUp(keys.slice(-MOST_KEYS));
    const gone = new Set(missing);
    const { status } = this.filters;
    const isStillMeant = (photo) => !gone.has(photo.key) && (!status || photo.status === status);
    this.change({ photos: withFresh(this.photos, photos).filter(isStillMeant) });
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
