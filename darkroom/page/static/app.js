/** The page: its header, and the view of the place that the address names. */

import { getJson } from "./api.js";
import { LostConnection } from "./components/connection_banner.js";
import { Header } from "./components/header.js";
import { Failure, Waiting } from "./components/notices.js";
import { useAnswer } from "./loading.js";
import { useRoute } from "./router.js";
import { html, render, useEffect, useRef } from "./ui.js";
import { guardTab } from "./upload/guarded_tab.js";
import { Failed } from "./views/failed.js";
import { Gallery } from "./views/gallery.js";
import { Messages } from "./views/messages.js";
import { Nowhere } from "./views/nowhere.js";
import { Photo } from "./views/photo.js";
import { Strip } from "./views/strip.js";
import { Upload } from "./views/upload.js";

const VIEWS = {
  "/": Gallery,
  "/upload": Upload,
  "/photo": Photo,
  "/photo/strip": Strip,
  "/failed": Failed,
  "/messages": Messages,
};
// The others do not wait for an answer that they do not use.
const NEED_DEPLOYMENT = new Set([Messages, Photo, Upload]);

function App() {
  const route = useRoute();
  const deployment = useAnswer(() => getJson("deployment"), "deployment");
  const View = VIEWS[route.path] ?? Nowhere;
  const isReady = Boolean(deployment.answer) || !NEED_DEPLOYMENT.has(View);
  // Another photo is another place; another word to search for is not.
  const placeName = `${route.path} ${route.query.key ?? ""}`;
  useTitle(placeName, isReady);
  useFocusOnArrival(placeName);

  return html`
    <${Header} route=${route} deployment=${deployment.answer} />
    <${LostConnection} />
    <main id="content" tabindex="-1">
      ${isReady
        ? html`<${View} key=${placeName} route=${route} deployment=${deployment.answer} />`
        : deployment.error
          ? html`<h1>Darkroom</h1><${Failure} error=${deployment.error} retry=${deployment.reload} />`
          : html`<${Waiting}>Opening …<//>`}
    </main>
  `;
}

/** The browser's title follows the heading of the view, once that is there. */
function useTitle(placeName, isReady) {
  useEffect(() => {
    const heading = isReady && !placeName.startsWith("/ ") ? document.querySelector("main h1")?.textContent : "";
    document.title = heading ? `${heading} – Darkroom` : "Darkroom";
  }, [placeName, isReady]);
}

/** Who arrives by keyboard or hears the page is taken to the heading of the new view. */
function useFocusOnArrival(placeName) {
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    scrollTo(0, 0);
    (document.querySelector("main h1") ?? document.getElementById("content")).focus({ preventScroll: true });
  }, [placeName]);
}

// The skip link moves the focus; its hash is no place of this page.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("content").focus();
});

guardTab();
render(html`<${App} />`, document.getElementById("page"));
