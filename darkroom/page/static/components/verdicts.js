/** What would be done with photos before it is done, and why. */

import { postJson } from "../api.js";
import { html, useEffect, useState } from "../ui.js";
import { asSentence, counted, fileName } from "../words.js";

const ASK_AFTER_MS = 250;

const ACTS = {
  redrive: "It goes on where it failed",
  new: "It begins anew",
  refused: "It is not run",
};

/** A verdict's words are the command's; on this page, a box stands for `--force`. */
export function reasonOf({ reason }) {
  return asSentence(reason.replace("; --force runs it all the same", ""));
}

export function Verdicts({ accepted, refused, answer: { counts, left } }) {
  const all = [...accepted, ...refused];
  if (!all.length) return html`<p class="verdict">There is no such photo any more.</p>`;
  if (all.length === 1) return html`<p class="verdict ${all[0].act}"><strong>${ACTS[all[0].act]}.</strong> ${reasonOf(all[0])}</p>`;
  return html`
    <p><strong>${counted(accepted.length, "photo")}</strong> would run again, ${counts.refused} would not.</p>
    ${left ? html`<p>${counted(left, "more photo")} are left for the next time: at most 100 are run at once.</p>` : null}
    <details>
      <summary>What would happen with each</summary>
      <ul class="plain">
        ${all.map(({ key, act, reason }) => html`<li key=${key}><b title=${key}>${fileName(key)}</b>: ${ACTS[act]}. ${reasonOf({ reason })}</li>`)}
      </ul>
    </details>
  `;
}

/** The verdicts on what is asked now; a slider that moves asks once it rests. */
export function useVerdicts(body) {
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
