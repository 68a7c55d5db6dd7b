/**
 * What is being uploaded, four at a time, and what becomes of it. It outlives the view: one may look at a photo and
 * come back.
 *
 * An item goes: waiting -> sending -> sent -> improving -> done | failed, or to refused where it could not be sent.
 */

import { postJson } from "../api.js";
import { batches, lookUp } from "../lookup.js";
import { sendFile } from "./send_file.js";
import { isLate, isStuck, newItem } from "./upload_item.js";

const AT_ONCE = 4;

export class UploadQueue {
  constructor() {
    /** @type {Item[]} as upload_item.js makes them */
    this.items = [];
    this.listener = () => {};
    this.sending = 0;
    this.ids = 0;
  }

  /** @param {Chosen[]} chosen @param {{preset: string | null, strength: number | null, user_id: string, folder: string}} settings null leaves it to the deployment */
  add(chosen, settings) {
    const added = chosen.map((one) => newItem((this.ids += 1), one, settings));
    this.items = [...this.items, ...added];
    this.#go();
  }

  /** Send one again that did not arrive or whose photo failed; `file` is another one for the same name. */
  retry(item, file = item.file) {
    const preview = file === item.file ? item.preview : URL.createObjectURL(file);
    if (preview !== item.preview) URL.revokeObjectURL(item.preview);
    this.#set(item, { file, preview, state: "waiting", share: 0, error: "", helps: "", photo: null });
    this.#go();
  }

  /** @param {(item: Item) => boolean} isGone */
  remove(isGone) {
    for (const item of this.items) if (isGone(item)) URL.revokeObjectURL(item.preview);
    this.items = this.items.filter((item) => !isGone(item));
    this.listener();
  }

  /** Whether something is lost if the tab is closed now. */
  get isSending() {
    return this.items.some((item) => item.state === "waiting" || item.state === "sending");
  }

  get underWay() {
    return this.items.filter((item) => item.state === "sent" || item.state === "improving");
  }

  /** Whether all that are under way are waited for in vain so far: it is enough to ask now and then. */
  get isAllLate() {
    return this.underWay.every((item) => isLate(item) || isStuck(item));
  }

  /** Ask how those stand that have arrived, in one request for each hundred. */
  async follow() {
    for (const batch of batches(this.underWay)) {
      const { photos } = await lookUp(batch.map((item) => item.key));
      for (const item of batch) this.#settle(item, photos.get(item.key));
    }
    // Where nothing has come of them, that becomes late.
    this.listener();
  }

  #settle(item, photo) {
    // The record of an earlier upload under this name says nothing of this one, also where its re-run changes it.
    if (!photo || photo.uploaded_at === item.earlier) return;
    const state = { COMPLETED: "done", FAILED: "failed" }[photo.status] ?? "improving";
    this.#set(item, { state, photo });
  }

  #go() {
    this.listener();
    const waiting = this.items.filter((item) => item.state === "waiting");
    if (this.isSigning || !waiting.length || this.sending >= AT_ONCE) return;
    this.isSigning = true;
    this.#signAndSend(waiting).finally(() => {
      this.isSigning = false;
      if (this.items.some((item) => item.state === "waiting") && this.sending < AT_ONCE) this.#go();
    });
  }

  /** Sign what may be sent next: few at a time, so that a signature is young when it is used. */
  async #signAndSend(waiting) {
    const { settings } = waiting[0];
    const batch = waiting.filter((item) => item.settings === settings).slice(0, AT_ONCE - this.sending);
    for (const item of batch) this.#set(item, { state: "sending" });
    try {
      const files = batch.map(({ name, file }) => ({ name, size_bytes: file.size }));
      const { uploads } = await postJson("uploads", { files, ...settings });
      const keys = uploads.filter((signed) => signed.url).map((signed) => signed.key);
      const { photos: earlier } = await lookUp(keys);
      batch.forEach((item, place) => this.#send(item, uploads[place], earlier));
    } catch (error) {
      for (const item of batch) this.#set(item, { state: "refused", error: error.message });
    }
  }

  async #send(item, signed, earlier) {
    if (!signed?.url) {
      const error = signed?.message ?? "The server did not answer for this file.";
      this.#set(item, { state: "refused", error, helps: "another file" });
      return;
    }
    this.#set(item, { key: signed.key, earlier: earlier.get(signed.key)?.uploaded_at ?? "" });
    this.sending += 1;
    try {
      await sendFile(signed, item.file, (share) => this.#set(item, { share }));
      this.#set(item, { state: "sent", share: 1, sentAt: Date.now() });
    } catch (error) {
      this.#set(item, { state: "refused", error: error.message });
    }
    this.sending -= 1;
    this.#go();
  }

  #set(item, what) {
    Object.assign(item, what);
    this.listener();
  }
}

export const queue = new UploadQueue();
