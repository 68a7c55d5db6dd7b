/** The photo itself: a slider, both at 100 %, or what there is. */

import { Waiting } from "../components/notices.js";
import { safeUrl } from "../safe_url.js";
import { html, useState } from "../ui.js";
import { asSentence, fileName } from "../words.js";
import { Compare } from "./compare.js";
import { FullSize } from "./full_size.js";

const MODES = [
  ["slider", "Slider"],
  ["full", "100 %"],
];

export function Pictures({ story }) {
  const [mode, setMode] = useState("slider");
  const { before, after } = story.pictures;
  const name = fileName(story.photo.key);
  if (!before?.large || !after?.large) return html`<${OnePicture} picture=${after?.large ? after : before} story=${story} name=${name} />`;
  return html`
    <section class="pictures" aria-label="Before and after">
      ${mode === "slider"
        ? html`<${Compare} before=${before} after=${after} name=${name} />`
        : html`<${FullSize} before=${before} after=${after} name=${name} />`}
      <fieldset class="segments">
        <legend class="only-heard">How to compare</legend>
        ${MODES.map(
          ([value, label]) => html`
            <label key=${value}>
              <input type="radio" name="compare" checked=${mode === value} onChange=${() => setMode(value)} />
              <span>${label}</span>
            </label>
          `,
        )}
      </fieldset>
    </section>
  `;
}

function OnePicture({ picture, story, name }) {
  const isWorking = story.photo.status === "PROCESSING";
  if (!picture?.large) {
    // What is wrong with it stands below, with the remedy.
    if (story.photo.need) return null;
    const words = picture?.why_not || (isWorking ? "" : "There is no picture to show.");
    return html`
      <section class="pictures none" aria-label="Picture">
        ${isWorking && !words ? html`<${Waiting}>Being improved …<//>` : html`<p>${asSentence(words)}</p>`}
      </section>
    `;
  }
  return html`
    <section class="pictures" aria-label="Picture">
      <figure class="single">
        <img src=${safeUrl(picture.large)} alt=${`${name}, the original`} />
        <figcaption>${isWorking ? "The original, being improved …" : "The original"}</figcaption>
      </figure>
    </section>
  `;
}
