/** Re-runs that were started from this tab, until the photo's record says so too: its execution takes a moment to claim it. */

const LONGEST_MS = 60_000;

/** @type {Map<string, {arn: string, redrives: number, until: number, hasBegun: boolean}>} */
const started = new Map();

/** @param {{key: string, started: boolean, execution_arn: string, redrive_count: number}[]} outcomes */
export function expectReruns(outcomes) {
  for (const { key, started: isStarted, execution_arn: arn, redrive_count: redrives } of outcomes) {
    if (!isStarted) continue;
    // The latest start stands last.
    started.delete(key);
    started.set(key, { arn, redrives, until: Date.now() + LONGEST_MS, hasBegun: false });
  }
}

/** All photos that were started from this tab, the latest last. */
export const startedKeys = () => [...started.keys()];

/** Whether a photo was started so lately that its record may still change, whatever it says. */
export const isJustStarted = (key) => Date.now() < (started.get(key)?.until ?? 0);

/** Whether what is shown of a photo is still from before its re-run. @param {object | null} story as /api/photo gives it */
export function isFromBefore(key, story) {
  const wanted = started.get(key);
  if (!wanted || wanted.hasBegun || Date.now() > wanted.until) return false;
  const { record, execution, photo } = story ?? {};
  const hasBegun = record?.execution_arn === wanted.arn && (execution?.redrives ?? 0) >= wanted.redrives;
  if (hasBegun && photo.status !== "PROCESSING" && !execution?.is_running) wanted.hasBegun = true;
  return !hasBegun;
}
