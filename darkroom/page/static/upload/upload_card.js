import { Icon } from "../components/icons.js";
import { Thumbnail } from "../components/thumbnail.js";
import { photoPlace } from "../router.js";
import { html } from "../ui.js";
import { asSentence, bytes } from "../words.js";
import { isLate, isStuck } from "./upload_item.js";
import { queue } from "./upload_queue.js";

/** One file on its way: its picture, how far it is, and what to do where it went wrong. */
export function UploadCard({ item }) {
  const [words, kind] = stateOf(item);
  const isWrong = kind === "bad";
  const isAtWork = item.state === "sent" || (item.state === "improving" && !isWrong);
  const preview = item.photo?.status === "COMPLETED" && item.photo.thumbnail ? item.photo.thumbnail.url : item.preview;
  return html`
    <article class="upload-card ${kind}" aria-label=${item.name}>
      <div class="picture"><${Thumbnail} url=${preview} /></div>
      <div class="about">
        <h3 title=${item.name}>${item.name}</h3>
        <p class="state">
          ${kind === "good" ? html`<${Icon} name="done" />` : isWrong ? html`<${Icon} name="alert" />` : null}
          <span>${words}</span>
        </p>
        ${isWrong ? html`<${Trouble} item=${item} />` : null}
        ${item.state === "sending"
          ? html`<progress max="1" value=${item.share} aria-label=${`Upload of ${item.name}`}></progress>`
          : null}
        ${isAtWork ? html`<progress aria-label=${`${item.name} is at work`}></progress>` : null}
        <${Buttons} item=${item} isWrong=${isWrong} />
      </div>
    </article>
  `;
}

function Buttons({ item, isWrong }) {
  // The same file would fail again.
  const needsAnother = item.photo ? item.photo.rerun_helps === "no" : item.helps === "another file";
  const seen = item.state === "done" ? "See before and after" : isWrong && item.photo ? "See what happened" : "";
  return html`
    <p class="buttons">
      ${seen ? html`<a class="button small" href=${photoPlace(item.key)}>${seen}</a>` : null}
      ${isWrong && !needsAnother
        ? html`<button class="button small" onClick=${() => queue.retry(item)}>Send it again</button>`
        : null}
      ${isWrong && item.photo && needsAnother
        ? html`<button class="button small" onClick=${() => choose((file) => queue.retry(item, file))}>Choose a sound copy</button>`
        : null}
      ${isWrong ? html`<button class="button small quiet" onClick=${() => queue.remove((one) => one === item)}>Remove</button>` : null}
    </p>
  `;
}

/** Ask for one file. @param {(file: File) => void} onFile */
function choose(onFile) {
  const input = document.createElement("input");
  input.type = "file";
  input.addEventListener("change", () => input.files[0] && onFile(input.files[0]));
  input.click();
}

function Trouble({ item }) {
  const { message, explanation, advice } = item.photo ?? { message: item.error, advice: "" };
  return html`
    <p class="trouble">${asSentence(message || explanation)}</p>
    ${advice ? html`<p class="trouble"><strong>What to do:</strong> ${asSentence(advice)}</p>` : null}
  `;
}

/** @returns {[string, string]} words and class */
function stateOf(item) {
  switch (item.state) {
    case "waiting":
      return ["Waiting for its turn", "working"];
    case "sending":
      return [`Uploading, ${Math.round(item.share * 100)} % of ${bytes(item.file.size)}`, "working"];
    case "sent":
      return isLate(item)
        ? ["Uploaded, but nothing has begun with it for a minute: see Failed for what waits", "working"]
        : ["Uploaded, about to be improved", "working"];
    case "improving":
      return isStuck(item)
        ? ["Stuck: it has been at work for longer than that can take", "bad"]
        : ["Being improved", "working"];
    case "done":
      return ["Done", "good"];
    case "failed":
      return ["This photo could not be improved", "bad"];
    default:
      return ["It was not uploaded", "bad"];
  }
}
