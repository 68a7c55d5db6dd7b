/** Photos that were started again from here, until each has ended: what came of it. It outlives the view. */

import { announce } from "../announce.js";
import { batches, lookUp } from "../lookup.js";

/** So long a record may stay as it was before the start; later than that, its re-run is not waited for. */
const LONGEST_START_MS = 60_000;

/**
 * `changedAt` is when the record had last changed as the re-run was started, null where there was no record.
 *
 * @typedef {{key: string, state: string, message: string, startedAt: number, changedAt: string | null}} Followed
 */

export class FollowedReruns {
  constructor() {
    /** @type {Map<string, Followed>} */
    this.photos = new Map();
    this.listener = () => {};
  }

  /** @param {{key: string, started: boolean, message: string, changed_at: string | null}[]} outcomes */
  add(outcomes) {
    for (const { key, started, message, changed_at: changedAt } of outcomes) {
      const state = started ? "running" : "not started";
      this.photos.set(key, { key, state, message: message ?? "", startedAt: Date.now(), changedAt: changedAt ?? null });
    }
    this.listener();
  }

  get running() {
    return [...this.photos.values()].filter((photo) => photo.state === "running");
  }

  /** How many there are of each state, in the order of their first. @returns {Map<string, number>} */
  get counts() {
    const counts = new Map();
    for (const { state } of this.photos.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
    return counts;
  }

  async follow() {
    const running = this.running;
    for (const batch of batches(running)) {
      const { photos } = await lookUp(batch.map(({ key }) => key));
      for (const followed of batch) Object.assign(followed, outcomeOf(followed, photos.get(followed.key)));
    }
    if (running.length && !this.running.length) announce("All photos that were run again have ended");
    this.listener();
  }

  clear() {
    this.photos = new Map(this.running.map((photo) => [photo.key, photo]));
    this.listener();
  }
}

/** What has become of a re-run, as the record tells; nothing while it goes on. @param {Followed} followed */
function outcomeOf({ startedAt, changedAt }, photo) {
  if (!photo || isSameMoment(photo.changed_at, changedAt)) {
    const message = photo ? "its record has not changed for a minute" : "it has no record";
    return Date.now() - startedAt > LONGEST_START_MS ? { state: "not begun", message } : {};
  }
  if (photo.need === "stuck") return { state: "stuck", message: photo.explanation };
  if (photo.status === "COMPLETED") return { state: "done", message: "" };
  return photo.status === "FAILED" ? { state: "failed", message: photo.message } : {};
}

/** The same moment may be written with more digits or fewer. */
function isSameMoment(one, other) {
  return one !== null && other !== null && Date.parse(one) === Date.parse(other);
}

export const reruns = new FollowedReruns();
