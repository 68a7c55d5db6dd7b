import { html } from "../ui.js";
import { asSentence } from "../words.js";

const RERUN_WORDS = {
  no: "Running it again as it is would fail again.",
  "after a fix": "Once that is done, run it again.",
  yes: "Running it again helps.",
};

/** What is wrong with a photo, and what to do; nothing where all is well. */
export function Trouble({ story }) {
  const { photo, standing, advice } = story;
  if (!photo.need) return null;
  const isFailed = photo.status === "FAILED";
  return html`
    <section class="notice bad" aria-labelledby="trouble-title">
      <h2 id="trouble-title">${TITLES[photo.need] ?? "This photo needs a look"}</h2>
      <p>${isFailed ? asSentence(photo.message) : standing}</p>
      ${advice ? html`<p><strong>What to do:</strong> ${asSentence(advice)}</p>` : null}
      ${isFailed ? html`<p class="quiet-words">${photo.error} in ${photo.step}. ${RERUN_WORDS[story.rerun_helps] ?? ""}</p>` : null}
    </section>
  `;
}

const TITLES = {
  failed: "This photo could not be improved",
  stuck: "This photo is stuck",
  "not announced": "The message about it was not sent",
  "half forgotten": "This photo is half forgotten",
};
