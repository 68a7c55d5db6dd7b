/** What needs a look besides photos that failed: alarms, events that started nothing, photos that are stuck. */

import { photoPlace } from "../router.js";
import { html } from "../ui.js";
import { asSentence, counted, moment } from "../words.js";

export function DeploymentTrouble({ status, onRerun }) {
  const waiting = status.dead_letters.filter((queue) => queue.messages > 0);
  return html`
    ${status.alarms.map(
      (alarm) => html`
        <section class="notice bad" key=${alarm.name} aria-label=${`Alarm ${alarm.name}`}>
          <h2>Alarm: ${alarm.name}</h2>
          <p>${asSentence(alarm.meaning)}</p>
          <p class="quiet-words">Since ${moment(alarm.since)}. docs/runbook.md, chapter ${alarm.chapter}.</p>
        </section>
      `,
    )}
    ${waiting.map(
      (queue) => html`
        <section class="notice warn" key=${queue.name} aria-label=${`Dead-letter queue ${queue.name}`}>
          <h2>${counted(queue.messages, "event")} started nothing</h2>
          <p>They wait in the dead-letter queue ${queue.name}. <code>darkroom replay</code> sends them again.</p>
        </section>
      `,
    )}
    ${status.stuck.length ? html`<${Stuck} stuck=${status.stuck} onRerun=${onRerun} />` : null}
    ${status.unknown.length ? html`<${Unknown} sentences=${status.unknown} />` : null}
  `;
}

function Stuck({ stuck, onRerun }) {
  const keys = stuck.slice(0, 100).map((photo) => photo.key);
  return html`
    <section class="notice warn" aria-labelledby="stuck-title">
      <h2 id="stuck-title">${counted(stuck.length, "photo")} ${stuck.length === 1 ? "is" : "are"} stuck</h2>
      <ul class="plain">
        ${stuck.map(({ key, why }) => html`<li key=${key}><a href=${photoPlace(key)}>${key}</a>: ${why}</li>`)}
      </ul>
      <p class="buttons">
        <button class="button" onClick=${() => onRerun("Run what is stuck again", { keys })}>
          Run ${keys.length === 1 ? "it" : `all ${keys.length}`} again
        </button>
      </p>
    </section>
  `;
}

function Unknown({ sentences }) {
  return html`
    <section class="notice warn" aria-label="What AWS would not tell">
      <h2>AWS would not tell everything</h2>
      <ul class="plain">
        ${sentences.map((sentence) => html`<li key=${sentence}>${asSentence(sentence)}</li>`)}
      </ul>
    </section>
  `;
}
