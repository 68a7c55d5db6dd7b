/** Photos that were read before, and the same photos read again: what is shown of both, in the API's order. */

/** By which moment the API orders photos of one status; all others go by their upload. */
const ORDERED_BY = { PROCESSING: "changed_at", FAILED: "changed_at" };

/**
 * Photos with those in place of them that were read again.
 *
 * One that is as it was stays the same object, so that its tile is not drawn again.
 *
 * @param {object[]} photos @param {Map<string, object>} fresh what was read again, by its key
 */
export function withFresh(photos, fresh) {
  const isChanged = (photo) => fresh.has(photo.key) && JSON.stringify(fresh.get(photo.key)) !== JSON.stringify(photo);
  return photos.map((photo) => (isChanged(photo) ? fresh.get(photo.key) : photo));
}

/**
 * The newest photos, as just read, followed by those that were read before and are older.
 *
 * `isContinued` says that both meet, so that one goes on loading where one was. Where they do not, what lies between
 * is not known, and what was read before is left out; where nothing is left to read, the newest are all.
 *
 * @returns {{photos: object[], isContinued: boolean}}
 */
export function joined(before, newest, cursor, status) {
  if (!newest.length && cursor) return { photos: before, isContinued: true };
  const known = new Map(before.map((photo) => [photo.key, photo]));
  const meets = newest.some((photo) => known.has(photo.key));
  // A photo may stand on two pages where it was changed between their reads.
  const read = new Map(newest.map((photo) => [photo.key, photo]));
  const kept = withFresh([...read].map(([key, photo]) => known.get(key) ?? photo), read);
  if (!cursor || !meets) return { photos: kept, isContinued: false };
  const moment = (photo) => Date.parse(photo[ORDERED_BY[status] ?? "uploaded_at"]);
  const oldest = moment(newest.at(-1));
  // What was among the newest and is no longer has been forgotten, or has another status now. One without a date stays.
  const isOlder = (photo) => !read.has(photo.key) && !(moment(photo) > oldest);
  return { photos: [...kept, ...before.filter(isOlder)], isContinued: true };
}
