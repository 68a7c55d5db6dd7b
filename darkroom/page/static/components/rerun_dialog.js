/** Asks how one photo, or many, shall be run again; shows the verdict before anything is done. */

import { announce } from "../announce.js";
import { postJson } from "../api.js";
import { html, useEffect, useState } from "../ui.js";
import { asSentence, counted, fileName } from "../words.js";
import { Dialog } from "./dialog.js";
import { Failure, Waiting } from "./notices.js";
import { SettingsFields } from "./settings_fields.js";

const ASK_AFTER_MS = 250;

/**
 * @param {{
 *   title: string,
 *   request: object,
 *   settings?: {presets: string[], preset: string, strength: number},
 *   hasSettings?: boolean,
 *   onClose: () => void,
 *   onStarted: (outcomes: object[]) => void,
 * }} props `request` names the photos as the API wants it; `settings` offers other ones than the upload's.
 */
export function RerunDialog({ title, request, settings, hasSettings = false, onClose, onStarted }) {
  const [asked, setAsked] = useState({ isOther: hasSettings, ...settings, reason: "", force: false });
  const change = (what) => setAsked((before) => ({ ...before, ...what }));
  const body = bodyOf(request, asked);
  const { answer, error } = useVerdicts(body);
  const [failure, setFailure] = useState(null);
  const [isStarting, setIsStarting] = useState(false);
  const start = async (event) => {
    event.preventDefault();
    setIsStarting(true);
    try {
      const { outcomes } = await postJson("reruns", { ...body, reason: asked.reason });
      announce(`${counted(outcomes.filter((outcome) => outcome.started).length, "photo")} started`);
      onStarted(outcomes);
    } catch (error_) {
      setFailure(error_);
      setIsStarting(false);
    }
  };
  const accepted = answer?.verdicts.filter((verdict) => verdict.act !== "refused") ?? [];
  const refused = answer?.verdicts.filter((verdict) => verdict.act === "refused") ?? [];

  return html`
    <${Dialog} title=${title} onClose=${onClose}>
      <form onSubmit=${start}>
        ${settings ? html`<${OtherSettings} asked=${asked} presets=${settings.presets} onChange=${change} />` : null}
        <label class="field">
          <span>Reason</span>
          <input type="text" value=${asked.reason} maxlength="200" onInput=${(event) => change({ reason: event.target.value })} />
          <small>Kept in the record. May be empty.</small>
        </label>
        <div class="verdicts" aria-live="polite">
          ${error ? html`<${Failure} error=${error} title="Whether it can run is not known" />` : null}
          ${!answer && !error ? html`<${Waiting}>Asking what would happen …<//>` : null}
          ${answer ? html`<${Verdicts} accepted=${accepted} refused=${refused} left=${answer.left} />` : null}
        </div>
        ${refused.length || asked.force
          ? html`
              <label class="check">
                <input type="checkbox" checked=${asked.force} onChange=${(event) => change({ force: event.target.checked })} />
                <span>Run what is refused all the same</span>
              </label>
            `
          : null}
        ${failure ? html`<${Failure} error=${failure} title="It was not started" />` : null}
        <p class="buttons end">
          <button type="button" class="button" onClick=${onClose}>Cancel</button>
          <button type="submit" class="button primary" disabled=${isStarting || !accepted.length}>
            ${isStarting ? "Starting …" : accepted.length > 1 ? `Run ${accepted.length} again` : "Run it again"}
          </button>
        </p>
      </form>
    <//>
  `;
}

function OtherSettings({ asked, presets, onChange }) {
  return html`
    <label class="check">
      <input type="checkbox" checked=${asked.isOther} onChange=${(event) => onChange({ isOther: event.target.checked })} />
      <span>With other settings than those of the upload</span>
    </label>
    ${asked.isOther
      ? html`<${SettingsFields} presets=${presets} preset=${asked.preset} strength=${asked.strength} onChange=${onChange} />`
      : null}
  `;
}

const ACTS = {
  redrive: "It goes on where it failed",
  new: "It begins anew",
  "new execution": "It begins anew",
  refused: "It is not run",
};

function Verdicts({ accepted, refused, left }) {
  const all = [...accepted, ...refused];
  if (!all.length) return html`<p class="verdict">There is no such photo any more.</p>`;
  if (all.length === 1) return html`<p class="verdict ${all[0].act}"><strong>${ACTS[all[0].act] ?? all[0].act}.</strong> ${asSentence(all[0].reason)}</p>`;
  return html`
    <p><strong>${counted(accepted.length, "photo")}</strong> would run again, ${refused.length} would not.</p>
    ${left ? html`<p>${counted(left, "more photo")} are left for the next time: at most 100 are run at once.</p>` : null}
    <details>
      <summary>What would happen with each</summary>
      <ul class="plain">
        ${all.map(({ key, act, reason }) => html`<li key=${key}><b title=${key}>${fileName(key)}</b>: ${ACTS[act] ?? act}. ${asSentence(reason)}</li>`)}
      </ul>
    </details>
  `;
}

function bodyOf(request, { isOther, preset, strength, force }) {
  const other = isOther ? { preset, strength } : {};
  return { ...request, ...other, ...(force ? { force } : {}) };
}

/** The verdicts on what is asked now; a slider that moves asks once it rests. */
function useVerdicts(body) {
  const text = JSON.stringify(body);
  const [state, setState] = useState({});
  useEffect(() => {
    let isNewest = true;
    const settle = (found) => isNewest && setState({ text, ...found });
    const timer = setTimeout(
      () => postJson("reruns/verdicts", JSON.parse(text)).then((answer) => settle({ answer }), (error) => settle({ error })),
      ASK_AFTER_MS,
    );
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [text]);
  return state.text === text ? state : {};
}
