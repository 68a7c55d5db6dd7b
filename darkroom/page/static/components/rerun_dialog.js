/** Asks how one photo, or many, shall be run again; shows the verdict before anything is done. */

import { announce } from "../announce.js";
import { postJson } from "../api.js";
import { expectReruns } from "../started_reruns.js";
import { html, useState } from "../ui.js";
import { counted } from "../words.js";
import { Dialog } from "./dialog.js";
import { Failure, Waiting } from "./notices.js";
import { SettingsFields } from "./settings_fields.js";
import { Verdicts, useVerdicts } from "./verdicts.js";

/**
 * @param {{
 *   title: string,
 *   request: object,
 *   settings?: {presets: string[], preset: string, strength: number},
 *   onClose: () => void,
 *   onStarted: (outcomes: object[]) => void,
 * }} props `request` names the photos as the API wants it; `settings` offers other ones than the upload's.
 */
export function RerunDialog({ title, request, settings, onClose, onStarted }) {
  const [asked, setAsked] = useState({ isOther: false, ...settings, reason: "", force: false });
  const change = (what) => setAsked((before) => ({ ...before, ...what }));
  const body = bodyOf(request, asked);
  const { answer, error } = useVerdicts(body);
  const [failure, setFailure] = useState(null);
  const [isStarting, setIsStarting] = useState(false);
  const start = async (event) => {
    event.preventDefault();
    setFailure(null);
    setIsStarting(true);
    try {
      const { outcomes } = await postJson("reruns", { ...body, reason: asked.reason });
      if (outcomes.length && outcomes.every((outcome) => !outcome.started)) throw new Error(outcomes[0].message);
      announce(`${counted(outcomes.filter((outcome) => outcome.started).length, "photo")} started`);
      expectReruns(outcomes);
      onStarted(outcomes);
    } catch (error_) {
      setFailure(error_);
      setIsStarting(false);
    }
  };
  const accepted = answer?.verdicts.filter((verdict) => verdict.act !== "refused") ?? [];
  const refused = answer?.verdicts.filter((verdict) => verdict.act === "refused") ?? [];

  return html`
    <${Dialog} title=${title} isHeld=${isStarting} onClose=${onClose}>
      <form onSubmit=${start}>
        ${settings ? html`<${OtherSettings} asked=${asked} presets=${settings.presets} onChange=${change} />` : null}
        <label class="field">
          <span>Reason</span>
          <input type="text" value=${asked.reason} maxlength="256" onInput=${(event) => change({ reason: event.target.value })} />
          <small>Kept in the record. May be empty.</small>
        </label>
        <div class="verdicts" aria-live="polite">
          ${error ? html`<${Failure} error=${error} title="Whether it can run is not known" />` : null}
          ${!answer && !error ? html`<${Waiting}>Asking what would happen …<//>` : null}
          ${answer ? html`<${Verdicts} accepted=${accepted} refused=${refused} answer=${answer} />` : null}
        </div>
        ${refused.some((verdict) => verdict.force_helps !== false) || asked.force
          ? html`
              <label class="check">
                <input type="checkbox" checked=${asked.force} onChange=${(event) => change({ force: event.target.checked })} />
                <span>Run what is refused all the same</span>
              </label>
            `
          : null}
        ${failure ? html`<${Failure} error=${failure} title="It was not started" />` : null}
        <p class="buttons at-end">
          <button type="button" class="button" disabled=${isStarting} onClick=${onClose}>Cancel</button>
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

function bodyOf(request, { isOther, preset, strength, force }) {
  const other = isOther ? { preset, strength } : {};
  return { ...request, ...other, ...(force ? { force } : {}) };
}
