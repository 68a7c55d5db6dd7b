import { getJson } from "../api.js";
import { Icon } from "../components/icons.js";
import { Failure, Waiting } from "../components/notices.js";
import { RerunDialog } from "../components/rerun_dialog.js";
import { settingWords } from "../components/settings_fields.js";
import { Thumbnail } from "../components/thumbnail.js";
import { useAnswer } from "../loading.js";
import { goTo, photoPlace } from "../router.js";
import { html, useState } from "../ui.js";
import { asSentence, fileName } from "../words.js";

/** The same photo in several settings, side by side; a click runs it again with one of them. */
export function Strip({ route }) {
  const { key = "" } = route.query;
  const { answer: strip, error, reload } = useAnswer(() => getJson("test-strip", { key }), key);
  const [chosen, setChosen] = useState(null);
  return html`
    <a class="back" href=${photoPlace(key)}><${Icon} name="back" /> ${fileName(key)}</a>
    <div class="head">
      <h1 tabindex="-1">Test strip</h1>
      <p class="lead">The same photo in several settings. Nothing changes until you choose one.</p>
    </div>
    ${error ? html`<${Failure} error=${error} retry=${reload} title="No test strip could be made" />` : null}
    ${!error && !strip ? html`<${Waiting}>Developing the test strip …<//>` : null}
    ${strip ? html`<${Pictures} strip=${strip} onChoose=${setChosen} />` : null}
    ${chosen
      ? html`
          <${RerunDialog}
            title=${`Use ${settingWords(chosen)}`}
            request=${{ keys: [key], preset: chosen.preset, strength: chosen.strength }}
            onClose=${() => setChosen(null)}
            onStarted=${() => goTo(photoPlace(key))}
          />
        `
      : null}
  `;
}

function Pictures({ strip, onChoose }) {
  return html`
    ${strip.note ? html`<p class="quiet-words">${strip.note}</p>` : null}
    <ul class="strip">
      ${strip.pictures.map((picture) => html`<li key=${`${picture.preset} ${picture.strength}`}><${Choice} picture=${picture} onChoose=${onChoose} /></li>`)}
    </ul>
  `;
}

function Choice({ picture, onChoose }) {
  const setting = settingWords(picture);
  return html`
    <button class="strip-choice" aria-label=${`Use ${setting}`} aria-current=${picture.is_current ? "true" : null} onClick=${() => onChoose(picture)}>
      <span class="picture"><${Thumbnail} url=${picture.url} width=${picture.width} height=${picture.height} /></span>
      <span class="setting">
        <strong>${setting}</strong>
        ${picture.is_current ? html`<span class="badge good">as it is now</span>` : null}
      </span>
    </button>
    <p class="quiet-words">${asSentence(picture.words)}</p>
  `;
}
