import { getJson } from "../api.js";
import { Empty, Failure, Waiting } from "../components/notices.js";
import { RerunDialog } from "../components/rerun_dialog.js";
import { DeploymentTrouble } from "../failed/deployment_trouble.js";
import { FailureGroup } from "../failed/failure_group.js";
import { reruns } from "../failed/followed_reruns.js";
import { WhatCameOfIt } from "../failed/what_came_of_it.js";
import { useAnswer } from "../loading.js";
import { MOST_KEYS, lookUp } from "../lookup.js";
import { usePolling } from "../polling.js";
import { html, useEffect, useState } from "../ui.js";

const STATUS_MS = 15_000;
const FOLLOW_MS = 1500;

/** What needs a look, by cause, each with what to do. */
export function Failed() {
  const { answer, error, reload } = useAnswer(readStatus, "status");
  usePolling(reload, STATUS_MS, true);
  useReruns(reload);
  const [dialog, setDialog] = useState(null);
  const ask = (title, request) => setDialog({ title, request });
  return html`
    <div class="head">
      <h1 tabindex="-1">Failed</h1>
      <p class="lead">What needs a look, by its cause. Nothing is run before you have seen what would happen.</p>
    </div>
    <${WhatCameOfIt} reruns=${reruns} />
    ${error && !answer ? html`<${Failure} error=${error} retry=${reload} />` : null}
    ${!error && !answer ? html`<${Waiting}>Asking how the photos stand …<//>` : null}
    ${answer ? html`<${Status} ...${answer} onRerun=${ask} />` : null}
    ${dialog
      ? html`
          <${RerunDialog}
            ...${dialog}
            onClose=${() => setDialog(null)}
            onStarted=${(outcomes) => {
              reruns.add(outcomes);
              setDialog(null);
            }}
          />
        `
      : null}
  `;
}

/** The status, and of each example how it stands, for its picture and its words. */
async function readStatus() {
  const status = await getJson("status");
  const { photos } = await lookUp(status.groups.flatMap((group) => group.examples).slice(0, MOST_KEYS));
  return { status, photos };
}

function Status({ status, photos, onRerun }) {
  const helped = status.groups.filter((group) => group.rerun_helps !== "no");
  const isAllWell = !status.groups.length && !status.stuck.length && !status.alarms.length && !status.unknown.length;
  const isQueueEmpty = status.dead_letters.every((queue) => queue.messages === 0);
  return html`
    <${DeploymentTrouble} status=${status} onRerun=${onRerun} />
    ${helped.length > 1
      ? html`
          <p class="buttons all-again">
            <button class="button primary" onClick=${() => onRerun("Run all again that a re-run helps", { all_failed: true })}>
              Run all again that a re-run helps
            </button>
          </p>
        `
      : null}
    ${status.groups.map(
      (group) => html`<${FailureGroup} key=${`${group.error} ${group.step}`} group=${group} photos=${photos} onRerun=${onRerun} />`,
    )}
    ${isAllWell && isQueueEmpty ? html`<${Empty} title="All is well"><p>No photo has failed, and none is stuck.</p><//>` : null}
  `;
}

/** Draw again as the re-runs go on, and read the status again once they have ended. */
function useReruns(reload) {
  const [, redraw] = useState({});
  useEffect(() => {
    reruns.listener = () => redraw({});
    return () => {
      reruns.listener = () => {};
    };
  }, []);
  const follow = async () => {
    await reruns.follow();
    if (!reruns.running.length) await reload();
  };
  usePolling(follow, FOLLOW_MS, reruns.running.length > 0);
}
