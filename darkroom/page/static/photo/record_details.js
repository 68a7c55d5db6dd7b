import { html } from "../ui.js";
import { asLabel } from "../words.js";
import { asText } from "./what_was_done.js";

/** All of the photo's record, for those who want to know. */
export function RecordDetails({ record }) {
  if (!record) return null;
  return html`
    <details class="panel">
      <summary>All of its record</summary>
      <dl class="record">
        ${Object.entries(record).map(([name, value]) => html`<div key=${name}><dt>${asLabel(name)}</dt><dd>${asText(value)}</dd></div>`)}
      </dl>
    </details>
  `;
}
