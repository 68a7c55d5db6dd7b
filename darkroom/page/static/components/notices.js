/** What stands where there is nothing to show yet, nothing at all, or a failure. */

import { html } from "../ui.js";

export function Waiting({ children }) {
  return html`<p class="waiting"><span class="spinner" aria-hidden="true"></span> <span>${children}</span></p>`;
}

/** @param {{error: Error, retry?: () => unknown, title?: string}} props */
export function Failure({ error, retry, title = "This could not be loaded" }) {
  // The banner of the connection says it already, with the remedy.
  const words = error.endsSession ? "Nothing can be asked until the page's server answers again." : error.message;
  return html`
    <div class="notice bad" role="alert">
      <h2>${title}</h2>
      <p>${words}</p>
      ${retry ? html`<button class="button" onClick=${() => Promise.resolve(retry()).catch(() => {})}>Try again</button>` : null}
    </div>
  `;
}

export function Empty({ title, children }) {
  return html`<div class="notice empty"><h2>${title}</h2>${children}</div>`;
}
