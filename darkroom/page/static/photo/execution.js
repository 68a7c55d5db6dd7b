/** How the photo went through the pipeline: the graph, and each state with its attempts. */

import { address } from "../api.js";
import { Icon } from "../components/icons.js";
import { safeUrl } from "../safe_url.js";
import { html } from "../ui.js";
import { asSentence, clock, counted, moment, seconds } from "../words.js";

export function Execution({ story, isLocal }) {
  const { execution, visits, photo } = story;
  if (!execution) {
    return html`
      <section class="execution-part" aria-labelledby="execution-title">
        <h2 id="execution-title">What happened, step by step</h2>
        <p>Nobody knows any more: Step Functions keeps executions for 90 days.</p>
      </section>
    `;
  }
  // The address changes with what is drawn, so that the browser asks again.
  const version = `${execution.redrives}-${visits.length}-${visits.at(-1)?.outcome ?? ""}-${execution.status}`;
  return html`
    <section class="execution-part" aria-labelledby="execution-title">
      <div class="section-head">
        <h2 id="execution-title">What happened, step by step</h2>
        ${isLocal ? null : html`<${Console} url=${execution.console_url} />`}
      </div>
      <p>${inWords(execution)}</p>
      <div class="execution">
        <figure class="graph" tabindex="0" role="group" aria-label="Graph of the execution">
          <img src=${address("photo/graph.svg", { key: photo.key, v: version })} alt=${`Graph of the execution: ${wayTaken(visits)}`} />
        </figure>
        <${Visits} visits=${visits} />
      </div>
    </section>
  `;
}

function Console({ url }) {
  const source = safeUrl(url);
  return source
    ? html`<a href=${source} target="_blank" rel="noopener noreferrer">AWS console <${Icon} name="outside" /><span class="only-heard"> (new tab)</span></a>`
    : null;
}

const STATUSES = {
  RUNNING: "It is running",
  PENDING_REDRIVE: "It is about to go on",
  SUCCEEDED: "It ended well",
  FAILED: "It failed",
  TIMED_OUT: "It took too long and was ended",
  ABORTED: "It was stopped",
};

function inWords(execution) {
  const { redrives } = execution;
  const begun = `begun ${moment(execution.started_at)}`;
  const again = redrives ? `, redriven ${redrives === 1 ? "once" : `${redrives} times`}` : "";
  return `${STATUSES[execution.status] ?? execution.status}, ${begun}${again}.`;
}

const wayTaken = (visits) => visits.map((visit) => `${visit.state} ${visit.outcome ?? ""}`.trim()).join(", ") || "no state yet";

function Visits({ visits }) {
  return html`
    <div class="table-scroll" tabindex="0" role="group" aria-label="States of the execution">
      <table>
        <thead>
          <tr><th scope="col">State</th><th scope="col">Result</th><th scope="col">Time</th></tr>
        </thead>
        <tbody>
          ${visits.map((visit, place) => html`<${Row} key=${place} visit=${visit} />`)}
        </tbody>
      </table>
    </div>
  `;
}

/** "RecordFailure", which a narrow column may break between its words: names of states and of errors. */
function inHumps(state) {
  return state.split(/(?=[A-Z])/).map((word, place) => (place ? html`<wbr />${word}` : word));
}

function Row({ visit }) {
  const isBad = visit.outcome === "failed";
  return html`
    <tr class=${isBad ? "bad" : ""}>
      <th scope="row">${inHumps(visit.state)}${visit.redriven ? html`<small> after a redrive</small>` : null}</th>
      <td>${inHumps(visit.result || visit.outcome)}<small>${counted(visit.attempts, "attempt")}</small></td>
      <td>${visit.seconds === null ? "at work" : seconds(visit.seconds)}<small>${clock(visit.entered_at)}</small></td>
    </tr>
    <${Reasons} visit=${visit} />
  `;
}

/** Why a state failed, in a row of its own: a column of a phone is too narrow for sentences. */
function Reasons({ visit }) {
  const errors = visit.errors.filter((error) => error !== visit.result);
  if (!errors.length && !visit.message) return null;
  return html`
    <tr class="reasons">
      <td colspan="3">
        ${errors.length ? html`<p>${errors.join(", ")}</p>` : null}
        ${visit.message ? html`<p>${asSentence(visit.message)}</p>` : null}
      </td>
    </tr>
  `;
}
