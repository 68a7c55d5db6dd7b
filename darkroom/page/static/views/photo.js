import { getJson } from "../api.js";
import { announce } from "../announce.js";
import { Badge } from "../components/badge.js";
import { Icon } from "../components/icons.js";
import { Failure, Waiting } from "../components/notices.js";
import { RerunDialog } from "../components/rerun_dialog.js";
import { useAnswer } from "../loading.js";
import { Downloads } from "../photo/downloads.js";
import { Execution } from "../photo/execution.js";
import { Pictures } from "../photo/pictures.js";
import { RecordDetails } from "../photo/record_details.js";
import { Trouble } from "../photo/trouble.js";
import { WhatWasDone } from "../photo/what_was_done.js";
import { usePolling } from "../polling.js";
import { stripPlace } from "../router.js";
import { isFromBefore } from "../started_reruns.js";
import { html, useEffect, useState } from "../ui.js";
import { bytes, fileName, folderOf, moment } from "../words.js";

const LIVE_MS = 1500;
/** A stuck photo stays as it is until somebody runs it again. */
const STUCK_MS = 15_000;
/** The links to its pictures and files last for half an hour at least. */
const LINKS_MS = 15 * 60_000;

/** One photo: before and after, what was done, and how it came about; live while it is at work. */
export function Photo({ route, deployment }) {
  const { key = "" } = route.query;
  const { answer: story, error, reload } = useAnswer(() => getJson("photo", { key }), key);
  const isAtWork = story?.photo.status === "PROCESSING" || Boolean(story?.execution?.is_running);
  const isBefore = isFromBefore(key, story);
  const shown = story && isBefore ? begun(story) : story;
  const isStuck = story?.photo.need === "stuck" && !isBefore;
  const isChanging = isAtWork || isBefore;
  usePolling(reload, isStuck ? STUCK_MS : isChanging ? LIVE_MS : LINKS_MS, true);
  useAnnouncedStatus(story?.photo);
  const [isAsking, setIsAsking] = useState(false);

  return html`
    <a class="back" href="#/"><${Icon} name="back" /> Photos</a>
    <div class="head">
      <h1 tabindex="-1" title=${key}>${fileName(key) || "Photo"}</h1>
      ${shown ? html`<${Badge} photo=${shown.photo} />` : null}
    </div>
    ${error && !story ? html`<${Failure} error=${error} retry=${reload} title="This photo cannot be shown" />` : null}
    ${!error && !story ? html`<${Waiting}>Opening the photo …<//>` : null}
    ${story ? html`<${Story} story=${shown} isLocal=${deployment.is_local} onRerun=${() => setIsAsking(true)} />` : null}
    ${isAsking
      ? html`
          <${RerunDialog}
            title=${`Run ${fileName(key)} again`}
            request=${{ keys: [key] }}
            settings=${settingsOf(story, deployment)}
            onClose=${() => setIsAsking(false)}
            onStarted=${() => {
              setIsAsking(false);
              reload().catch(() => {});
            }}
          />
        `
      : null}
  `;
}

/** A story from before a re-run as it will be in a moment: its copy is about to go. */
function begun(story) {
  return { ...story, photo: { ...story.photo, status: "PROCESSING", need: null }, pictures: { ...story.pictures, after: null } };
}

function Story({ story, isLocal, onRerun }) {
  const { photo } = story;
  return html`
    <div class="photo">
      <div class="photo-main">
        <${Pictures} key=${photo.changed_at} story=${story} />
        <${Trouble} story=${story} />
      </div>
      <aside class="photo-side" aria-label="About this photo">
        <${Facts} photo=${photo} record=${story.record} />
        <${WhatWasDone} story=${story} />
        <p class="buttons">
          <button class="button" onClick=${onRerun}><${Icon} name="again" /> Run again</button>
          <a class="button" href=${stripPlace(photo.key)}><${Icon} name="strip" /> Test strip</a>
        </p>
        <${Downloads} downloads=${story.downloads} />
      </aside>
    </div>
    <${Execution} story=${story} isLocal=${isLocal} />
    <${RecordDetails} record=${story.record} />
  `;
}

function Facts({ photo, record }) {
  const folder = folderOf(photo.key);
  const by = photo.user_id && photo.user_id !== "unknown" ? ` by ${photo.user_id}` : "";
  const size = record?.enhancement?.original_bytes;
  const facts = [
    photo.width && photo.height ? `${photo.width} × ${photo.height}` : "",
    photo.format ?? "",
    typeof size === "number" ? bytes(size) : "",
  ].filter(Boolean);
  return html`
    <p class="facts">
      ${facts.length ? html`<span>${facts.join(", ")}</span>` : null}
      ${photo.uploaded_at ? html`<span>Uploaded ${moment(photo.uploaded_at)}${by}</span>` : null}
      ${folder ? html`<span>In ${folder}</span>` : null}
    </p>
  `;
}

/** What the photo was made with, or would be made with by itself. */
function settingsOf(story, { presets, default_preset, default_strength }) {
  const made = story.record?.enhancement ?? {};
  return {
    presets,
    preset: presets.includes(made.preset) ? made.preset : default_preset,
    strength: Number.isInteger(made.strength_percent) ? made.strength_percent : default_strength,
  };
}

function useAnnouncedStatus(photo) {
  const [known, setKnown] = useState(null);
  useEffect(() => {
    if (!photo) return;
    if (known && known !== photo.status) announce(photo.status === "COMPLETED" ? "The photo is done" : photo.explanation);
    setKnown(photo.status);
  }, [photo?.status]);
}
