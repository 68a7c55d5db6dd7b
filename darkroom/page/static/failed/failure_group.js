import { postJson } from "../api.js";
import { Failure, Waiting } from "../components/notices.js";
import { Thumbnail } from "../components/thumbnail.js";
import { reasonOf } from "../components/verdicts.js";
import { useAnswer } from "../loading.js";
import { photoPlace } from "../router.js";
import { html, useState } from "../ui.js";
import { asSentence, counted, fileName, moment } from "../words.js";

const HELPS = {
  no: ["A re-run would fail again", "bad"],
  "after a fix": ["A re-run helps after a fix", "warn"],
  yes: ["A re-run helps", "good"],
};

/** Photos that failed with one cause: what it means, what to do, and what a re-run would do with each. */
export function FailureGroup({ group, photos, onRerun }) {
  const [isOpen, setIsOpen] = useState(false);
  const [helps, kind] = HELPS[group.rerun_helps] ?? [group.rerun_helps, ""];
  const title = `${group.error}-${group.step}`;
  const since = group.count > 1 && group.oldest !== group.newest ? `, from ${moment(group.oldest)}` : "";
  return html`
    <section class="panel group" aria-labelledby=${title}>
      <div class="section-head">
        <h2 id=${title}>${asSentence(group.meaning).replace(/\.$/, "")}</h2>
        <span class="badge ${kind}">${helps}</span>
      </div>
      <p><strong>What to do:</strong> ${asSentence(group.advice)}</p>
      <p class="quiet-words">
        ${counted(group.count, "photo")}: ${group.error} in ${group.step || "an unknown step"}; the newest ${moment(group.newest)}${since}
      </p>
      <ul class="examples">
        ${group.examples.map((key) => html`<li key=${key}><${Example} photoKey=${key} photo=${photos.get(key)} /></li>`)}
      </ul>
      <p class="buttons">
        ${group.rerun_helps === "no"
          ? null
          : html`<button class="button" onClick=${() => onRerun(`Run ${group.error} again`, { error: group.error, step: group.step })}>
              Run ${group.count === 1 ? "it" : `all ${group.count}`} again
            </button>`}
        <button class="button" aria-expanded=${isOpen ? "true" : "false"} onClick=${() => setIsOpen(!isOpen)}>
          ${isOpen ? "Hide the photos" : "What a re-run would do with each"}
        </button>
      </p>
      ${isOpen ? html`<${EachPhoto} group=${group} onRerun=${onRerun} />` : null}
    </section>
  `;
}

function Example({ photoKey, photo }) {
  return html`
    <a class="example" href=${photoPlace(photoKey)} title=${photoKey}>
      <span class="picture"><${Thumbnail} url=${photo?.thumbnail?.url} /></span>
      <span class="name">${fileName(photoKey)}</span>
      ${photo?.message ? html`<span class="why">${asSentence(photo.message)}</span>` : null}
    </a>
  `;
}

function EachPhoto({ group, onRerun }) {
  const asked = { error: group.error, step: group.step };
  const { answer, error, reload } = useAnswer(() => postJson("reruns/verdicts", asked), `${group.error} ${group.step} ${group.count}`);
  if (error) return html`<${Failure} error=${error} retry=${reload} />`;
  if (!answer) return html`<${Waiting}>Asking what would happen with each …<//>`;
  return html`
    <ul class="each">
      ${answer.verdicts.map(
        ({ key, act, reason }) => html`
          <li key=${key}>
            <p><a href=${photoPlace(key)} title=${key}>${fileName(key)}</a><br /><span class="quiet-words">${reasonOf({ reason })}</span></p>
            <button class="button small" aria-label=${`Run ${fileName(key)} again`} onClick=${() => onRerun(`Run ${fileName(key)} again`, { keys: [key] })}>
              ${act === "refused" ? "Run it all the same" : "Run it again"}
            </button>
          </li>
        `,
      )}
    </ul>
    ${answer.left ? html`<p class="quiet-words">And ${counted(answer.left, "more photo")}.</p>` : null}
  `;
}
