/** What would end the tab's uploads by mistake: a file dropped beside the drop zone, a tab closed too soon. */

import { queue } from "./upload_queue.js";

/** A browser leaves the page to show a file that is dropped where nothing takes it. */
function keepFileOut(event) {
  // Words may be dragged into a field, and the drop zone has taken its files already.
  if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "none";
}

/** The browser asks whether one wants to leave. */
function askBeforeEnd(event) {
  if (queue.isSending) event.preventDefault();
}

export function guardTab() {
  addEventListener("dragover", keepFileOut);
  addEventListener("drop", keepFileOut);
  addEventListener("beforeunload", askBeforeEnd);
}
