/** Photos that were started again from here, until each has ended: what came of it. It outlives the view. */

import { announce } from "../announce.js";
import { postJson } from "../api.js";

const BATCH = 100;
/** So long a photo that was started may still say what it said before: its execution has not claimed it yet. */
const GRACE_MS = 15_000;

class FollowedReruns {
  constructor() {
    /** @type {Map<string, {key: string, state: string, message: string, startedAt: number, earlier: string | undefined}>} */
    this.photos = new Map();
    this.listener = () => {};
  }

  /** @param {{key: string, started: boolean, message: string}[]} outcomes @param {Map<string, string>} earlier when each had last changed */
  add(outcomes, earlier) {
    for (const { key, started, message } of outcomes) {
      const state = started ? "running" : "not started";
      this.photos.set(key, { key, state, message: message ?? "", startedAt: Date.now(), earlier: earlier.get(key) });
    }
    this.listener();
  }

  get running() {
    return [...this.photos.values()].filter((photo) => photo.state === "running");
  }

  get counts() {
    const counts = { running: 0, done: 0, failed: 0, "not started": 0 };
    for (const { state } of this.photos.values()) counts[state] += 1;
    return counts;
  }

  async follow() {
    const running = this.running;
    for (let start = 0; start < running.length; start += BATCH) {
      const { photos } = await postJson("photos/lookup", { keys: running.slice(start, start + BATCH).map(({ key }) => key) });
      for (const photo of photos) this.#settle(this.photos.get(photo.key), photo);
    }
    if (running.length && !this.running.length) announce("All photos that were run again have ended");
    this.listener();
  }

  #settle(followed, photo) {
    const isOld = photo.changed_at === followed.earlier && Date.now() - followed.startedAt < GRACE_MS;
    if (isOld || photo.status === "PROCESSING") return;
    const state = photo.status === "COMPLETED" ? "done" : "failed";
    Object.assign(followed, { state, message: state === "failed" ? photo.message : "" });
  }

  clear() {
    this.photos = new Map(this.running.map((photo) => [photo.key, photo]));
    this.listener();
  }
}

export const reruns = new FollowedReruns();
