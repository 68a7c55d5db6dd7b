import { getJson } from "../api.js";
import { useAnswer } from "../loading.js";
import { usePolling } from "../polling.js";
import { place } from "../router.js";
import { html } from "../ui.js";
import { Icon } from "./icons.js";

const EVERY_MS = 30_000;

export function Header({ route, deployment }) {
  const failed = useFailedCount();
  const link = (path, label, icon, note = "") => html`
    <a class="tab" href=${place(path)} aria-current=${route.path === path ? "page" : null}>
      <${Icon} name=${icon} /> <span>${label}</span> ${note}
    </a>
  `;
  const note = failed
    ? html`<span class="count">${failed}<span class="only-heard"> ${failed === 1 ? "photo needs" : "photos need"} a look</span></span>`
    : "";
  return html`
    <header class="bar">
      <a class="brand" href="#/"><img src="icon.svg" alt="" width="24" height="24" /> Darkroom</a>
      <nav aria-label="Main">
        ${link("/", "Photos", "photos")} ${link("/failed", "Failed", "alert", note)}
        ${deployment?.has_messages ? link("/messages", "Messages", "mail") : ""}
      </nav>
      <p class="where">${deployment ? where(deployment) : ""}</p>
      <a class="button primary" href=${place("/upload")} aria-current=${route.path === "/upload" ? "page" : null}>
        <${Icon} name="upload" /> Upload
      </a>
    </header>
  `;
}

function where({ project, region, is_local }) {
  return is_local ? `${project}, on this machine` : `${project}, ${region}`;
}

/** How many photos have failed or are stuck; null where AWS does not say. */
function useFailedCount() {
  const { answer, reload } = useAnswer(() => getJson("status"), "status");
  usePolling(reload, EVERY_MS, true);
  return answer && (answer.failed ?? 0) + answer.stuck.length;
}
