/** One file on its way, as the queue of uploads keeps it. */

/** So long after its upload a photo has begun, where all is well. */
const LATE_MS = 60_000;

/**
 * `earlier` is when the photo of this name was uploaded that was there before, empty where there was none.
 *
 * @typedef {{id: number, name: string, file: File | null, state: string, share: number, key: string, error: string, helps: string, photo: object | null, earlier: string, sentAt: number, preview: string, settings: object}} Item
 */

/** @param {Chosen} chosen as dropped_files.js gives it @returns {Item} */
export function newItem(id, { name, file, error = "" }, settings) {
  return {
    id,
    name,
    file,
    settings,
    state: error ? "refused" : "waiting",
    share: 0,
    key: "",
    error,
    helps: error ? "another file" : "",
    photo: null,
    earlier: "",
    sentAt: 0,
    preview: file ? URL.createObjectURL(file) : "",
  };
}

/** Whether nothing has begun with it for long after it arrived. @param {Item} item */
export const isLate = ({ state, sentAt }) => state === "sent" && Date.now() - sentAt > LATE_MS;

/** Whether it is at work for longer than an execution lasts. @param {Item} item */
export const isStuck = ({ state, photo }) => state === "improving" && photo?.need === "stuck";
