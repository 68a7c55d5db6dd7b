import { Empty } from "../components/notices.js";
import { html } from "../ui.js";

/** The view of an address that names no place. */
export function Nowhere() {
  return html`
    <h1 tabindex="-1">There is nothing here</h1>
    <${Empty} title="This address names no place of this page">
      <p><a href="#/">Go to the photos</a></p>
    <//>
  `;
}
