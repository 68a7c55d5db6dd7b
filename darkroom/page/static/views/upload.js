import { announce } from "../announce.js";
import { SettingsFields, settingWords } from "../components/settings_fields.js";
import { usePolling } from "../polling.js";
import { html, useEffect, useRef, useState } from "../ui.js";
import { DropZone } from "../upload/drop_zone.js";
import { UploadCard } from "../upload/upload_card.js";
import { queue } from "../upload/upload_queue.js";
import { counted } from "../words.js";

const FOLLOW_MS = 1000;
const LATE_FOLLOW_MS = 15_000;
// From which part of the window on, from above, the uploads are hardly in sight.
const LOW = 0.6;

export function Upload({ deployment }) {
  const { default_preset: preset, default_strength: strength } = deployment;
  const [settings, setSettings] = useState({ preset, strength, user_id: "", folder: "" });
  const change = (what) => setSettings((before) => ({ ...before, ...what }));
  const [choices, setChoices] = useState(0);
  const add = (chosen) => {
    queue.add(chosen, askedOf(settings, deployment));
    setChoices((before) => before + 1);
  };
  useQueue();
  usePolling(() => queue.follow(), queue.isAllLate ? LATE_FOLLOW_MS : FOLLOW_MS, queue.underWay.length > 0);
  const summary = summaryOf(queue.items);
  useEffect(() => announce(summary), [summary]);

  return html`
    <div class="head"><h1 tabindex="-1">Upload photos</h1></div>
    <div class="upload">
      <${DropZone} maxBytes=${deployment.max_upload_bytes} onFiles=${add} />
      <details class="panel settings" open=${matchMedia("(min-width: 60rem)").matches}>
        <summary>How to improve them: <span>${settingWords(settings)}</span></summary>
        <${SettingsFields} presets=${deployment.presets} ...${settings} onChange=${change} />
        <${Advanced} ...${settings} onChange=${change} />
      </details>
    </div>
    ${queue.items.length ? html`<${Progress} items=${queue.items} summary=${summary} choices=${choices} />` : null}
  `;
}

/** What a person has chosen; the rest stays with the deployment's own settings, whatever they will be. */
function askedOf(settings, { default_preset, default_strength }) {
  return {
    ...settings,
    preset: settings.preset === default_preset ? null : settings.preset,
    strength: settings.strength === default_strength ? null : settings.strength,
    user_id: settings.user_id.trim(),
    folder: settings.folder.trim(),
  };
}

function Advanced({ user_id, folder, onChange }) {
  const field = (name, value, label, hint) => html`
    <label class="field">
      <span>${label}</span>
      <input
        type="text"
        value=${value}
        autocomplete="off"
        spellcheck=${false}
        onInput=${(event) => onChange({ [name]: event.target.value })}
      />
      <small>${hint}</small>
    </label>
  `;
  return html`
    <details class="advanced">
      <summary>More</summary>
      ${field("folder", folder, "Folder in the bucket", "Put before each name, such as holiday/2026. Empty: none.")}
      ${field("user_id", user_id, "User", "Whose photos they are; it can be searched for. Empty: nobody's.")}
    </details>
  `;
}

function Progress({ items, summary, choices }) {
  const section = useInSight(choices);
  const hasDone = items.some((item) => item.state === "done");
  // What went wrong comes first: it waits for a person.
  const rank = (item) => (item.state === "refused" || item.state === "failed" ? 0 : 1);
  const sorted = [...items].sort((one, other) => rank(one) - rank(other));
  return html`
    <section class="uploads" aria-labelledby="uploads-title" ref=${section}>
      <div class="section-head">
        <h2 id="uploads-title">${summary}</h2>
        ${hasDone ? html`<button class="button quiet" onClick=${() => queue.remove((item) => item.state === "done")}>Clear what is done</button>` : null}
      </div>
      <ul class="upload-cards">
        ${sorted.map((item) => html`<li key=${item.id}><${UploadCard} item=${item} /></li>`)}
      </ul>
    </section>
  `;
}

/** Scroll to what has begun with each choice of photos, where open settings push it out of sight, as on a phone. */
function useInSight(choices) {
  const section = useRef(null);
  useEffect(() => {
    if (choices && section.current.getBoundingClientRect().top > LOW * innerHeight) {
      section.current.scrollIntoView();
    }
  }, [choices]);
  return section;
}

/** "3 of 10 photos done, 1 needs your attention". */
export function summaryOf(items) {
  if (!items.length) return "";
  const done = items.filter((item) => item.state === "done").length;
  const wrong = items.filter((item) => item.state === "failed" || item.state === "refused").length;
  const attention = wrong ? `, ${wrong} ${wrong === 1 ? "needs" : "need"} your attention` : "";
  if (done === items.length) return items.length === 1 ? "The photo is done" : `All ${items.length} photos are done`;
  return `${done} of ${counted(items.length, "photo")} done${attention}`;
}

/** Draw again when the queue changes, at most once for each frame: progress is reported far more often. */
function useQueue() {
  const [, redraw] = useState({});
  useEffect(() => {
    let frame = 0;
    queue.listener = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => redraw({}));
    };
    return () => {
      cancelAnimationFrame(frame);
      queue.listener = () => {};
    };
  }, []);
}
