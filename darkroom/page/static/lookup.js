/** How photos stand, by their keys. */

import { postJson } from "./api.js";

/** For so many the server answers at once. */
export const MOST_KEYS = 100;

/**
 * @param {string[]} keys MOST_KEYS at most
 * @returns {Promise<{photos: Map<string, object>, missing: string[]}>} those that have a record by their keys, and the
 * keys of the others
 */
export async function lookUp(keys) {
  if (!keys.length) return { photos: new Map(), missing: [] };
  const { photos, missing } = await postJson("photos/lookup", { keys });
  return { photos: new Map(photos.map((photo) => [photo.key, photo])), missing };
}

/** @template T @param {T[]} items @returns {Generator<T[]>} as many at a time as can be looked up */
export function* batches(items) {
  for (let start = 0; start < items.length; start += MOST_KEYS) yield items.slice(start, start + MOST_KEYS);
}
