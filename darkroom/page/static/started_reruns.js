/** Re-runs that were started from this tab, until the photo's record says so too: its execution takes a moment to claim it. */

const LONGEST_MS = 60_000;

/** @type {Map<string, {arn: string, redrives: number, until: number}>} */
const expected = new Map();

/** @param {{key: string, started: boolean, execution_arn: string, redrive_count: number}[]} outcomes */
export function expectReruns(outcomes) {
  for (const { key, started, execution_arn: arn, redrive_count: redrives } of outcomes) {
    if (started) expected.set(key, { arn, redrives, until: Date.now() + LONGEST_MS });
  }
}

/** Whether what is shown of a photo is still from before its re-run. @param {object | null} story as /api/photo gives it */
export function isFromBefore(key, story) {
  const wanted = expected.get(key);
  if (!wanted || Date.now() > wanted.until) return false;
  const hasBegun = story?.record.execution_arn === wanted.arn && (story.execution?.redrives ?? 0) >= wanted.redrives;
  if (hasBegun && story.photo.status !== "PROCESSING" && !story.execution?.is_running) expected.delete(key);
  return !hasBegun;
}
