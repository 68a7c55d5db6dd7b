/** Asking again and again: only while the tab is seen, and ever more seldom while it fails. */

import { useEffect, useRef } from "./ui.js";

const LONGEST_WAIT_MS = 60_000;

/**
 * Call `ask` every `everyMs` while `isActive`. A call ends before the next begins. After a failure the wait doubles.
 *
 * @param {() => Promise<unknown>} ask
 */
export function usePolling(ask, everyMs, isActive) {
  // The newest function is called, without a new start of the clock at each render.
  const newest = useRef(ask);
  newest.current = ask;
  useEffect(() => (isActive ? poll(() => newest.current(), everyMs) : undefined), [everyMs, isActive]);
}

/** Begin to poll; returns what ends it. */
export function poll(ask, everyMs) {
  let hasEnded = false;
  let timer = 0;
  let failures = 0;
  let isAsking = false;

  const wait = () => {
    clearTimeout(timer);
    if (hasEnded || document.hidden) return;
    timer = setTimeout(askOnce, Math.min(everyMs * 2 ** failures, Math.max(everyMs, LONGEST_WAIT_MS)));
  };
  const askOnce = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      await ask();
      failures = 0;
    } catch {
      // Said elsewhere: by the banner of the connection, or by the view that asks.
      failures += 1;
    }
    isAsking = false;
    wait();
  };
  // Who comes back to the tab wants to know at once.
  const seen = () => (document.hidden ? clearTimeout(timer) : askOnce());

  document.addEventListener("visibilitychange", seen);
  wait();
  return () => {
    hasEnded = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}
