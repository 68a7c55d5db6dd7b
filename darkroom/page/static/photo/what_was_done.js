import { html } from "../ui.js";
import { asLabel, asSentence } from "../words.js";

/** What was done in a sentence, what could not be kept, and the numbers on demand. */
export function WhatWasDone({ story }) {
  const { done, dropped, photo } = story;
  if (photo.status !== "COMPLETED" || !done) return null;
  return html`
    <section class="side-part" aria-labelledby="done-title">
      <h2 id="done-title">What was done</h2>
      <p>${asSentence(done.sentence)}</p>
      ${dropped.length ? html`<${Dropped} sentences=${dropped} />` : null}
      ${done.numbers.length ? html`<${Numbers} numbers=${done.numbers} />` : null}
    </section>
  `;
}

function Dropped({ sentences }) {
  return html`
    <h3>What the copy cannot keep</h3>
    <ul class="plain">
      ${sentences.map((sentence) => html`<li key=${sentence}>${asSentence(sentence)}</li>`)}
    </ul>
  `;
}

function Numbers({ numbers }) {
  return html`
    <details>
      <summary>In numbers</summary>
      <dl class="numbers">
        ${numbers.map(({ name, value }) => html`<div key=${name}><dt>${asLabel(name)}</dt><dd>${asText(value)}</dd></div>`)}
      </dl>
    </details>
  `;
}

/** A value of a record, whatever it is, as text. */
export function asText(value) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
}
