import { getJson } from "../api.js";
import { useLostConnection } from "../connection.js";
import { usePolling } from "../polling.js";
import { html } from "../ui.js";

const EVERY_MS = 5000;

/** Says that the page's server is gone or does not know this browser, until it answers again. */
export function LostConnection() {
  const reason = useLostConnection();
  usePolling(() => getJson("deployment"), EVERY_MS, reason !== "");
  return reason ? html`<p class="banner" role="alert">${reason}</p>` : null;
}
