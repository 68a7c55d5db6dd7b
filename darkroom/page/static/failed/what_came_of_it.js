import { photoPlace } from "../router.js";
import { html } from "../ui.js";
import { asSentence, counted, fileName } from "../words.js";

const WORDS = { running: "being improved", done: "done", failed: "failed again" };
const KINDS = { running: "working", done: "good" };

const wordsFor = (state) => WORDS[state] ?? state;

/** The progress of what was run again from this page. */
export function WhatCameOfIt({ reruns }) {
  const { counts } = reruns;
  const photos = [...reruns.photos.values()];
  if (!photos.length) return null;
  const ended = photos.length - (counts.get("running") ?? 0);
  const summary = [...counts].map(([state, count]) => `${count} ${wordsFor(state)}`).join(", ");
  return html`
    <section class="panel reruns" aria-labelledby="reruns-title">
      <div class="section-head">
        <h2 id="reruns-title">Run again: ${ended} of ${counted(photos.length, "photo")} ended</h2>
        ${ended ? html`<button class="button quiet" onClick=${() => reruns.clear()}>Clear</button>` : null}
      </div>
      <progress max=${photos.length} value=${ended} aria-label="Photos run again"></progress>
      <p>${summary}.</p>
      <ul class="plain">
        ${photos.map(
          ({ key, state, message }) => html`
            <li key=${key}>
              <a href=${photoPlace(key)} title=${key}>${fileName(key)}</a> <span class="badge ${KINDS[state] ?? "bad"}">${wordsFor(state)}</span>
              ${message && state !== "running" ? html` <span class="quiet-words">${asSentence(message)}</span>` : null}
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
