/** Whether the page's server answers: one fact, shown once at the top of the page however many requests fail. */

import { useEffect, useState } from "./ui.js";

const listeners = new Set();
let lost = "";

function set(reason) {
  if (reason === lost) return;
  lost = reason;
  for (const listener of listeners) listener(lost);
}

export const connection = {
  /** @param {string} reason a sentence with the remedy */
  lose: (reason) => set(reason),
  keep: () => set(""),
};

/** The reason why the server cannot be used, empty while it can. */
export function useLostConnection() {
  const [reason, setReason] = useState(lost);
  useEffect(() => {
    listeners.add(setReason);
    setReason(lost);
    return () => listeners.delete(setReason);
  }, []);
  return reason;
}
