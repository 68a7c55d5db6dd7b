import { Empty, Failure, Waiting } from "../components/notices.js";
import { Filters } from "../gallery/filters.js";
import { useKeptPlace } from "../gallery/kept_place.js";
import { listOf } from "../gallery/photo_list.js";
import { Tiles } from "../gallery/tiles.js";
import { usePolling } from "../polling.js";
import { place } from "../router.js";
import { html, useEffect, useRef, useState } from "../ui.js";
import { date } from "../words.js";

const CHANGING_MS = 2000;
const NEWEST_MS = 10_000;

/** All photos, newest first. */
export function Gallery({ route }) {
  const filters = filtersOf(route.query);
  const list = listOf(filters);
  const [, redraw] = useState({});
  useEffect(() => {
    list.listener = () => redraw({});
    if (!list.isBegun) list.loadMore();
    else list.refreshAll().catch(() => {});
    return () => {
      list.listener = () => {};
    };
  }, [list]);
  useKeptPlace(list);
  usePolling(() => list.refreshChanging(), CHANGING_MS, list.changingKeys.length > 0);
  usePolling(() => list.refreshNewest(), NEWEST_MS, true);

  return html`
    <div class="head"><h1 tabindex="-1">Photos</h1><${Filters} filters=${filters} /></div>
    <${Tiles} photos=${list.photos} />
    <${End} list=${list} isFiltered=${Object.keys(filters).length > 0} />
  `;
}

function filtersOf({ prefix, user, status }) {
  return Object.fromEntries(Object.entries({ prefix, user, status }).filter(([, value]) => value));
}

/** What stands below the last photo: nothing yet, nothing at all, a failure, or the way to more. */
function End({ list, isFiltered }) {
  if (list.error) return html`<${Failure} error=${list.error} retry=${() => list.loadMore()} />`;
  if (list.isLoading || !list.isBegun) {
    const where = list.lookedBackTo && !list.photos.length ? `, back to ${date(list.lookedBackTo)}` : "";
    return html`<${Waiting}>Looking for photos${where} …<//>`;
  }
  if (!list.isOver) return html`<${More} list=${list} />`;
  if (list.photos.length) return html`<p class="end">${list.photos.length > 20 ? "These are all photos." : ""}</p>`;
  return isFiltered
    ? html`<${Empty} title="No photo is like that"><p><a href="#/">Show all photos</a></p><//>`
    : html`
        <${Empty} title="No photos yet">
          <p>Upload some: each comes back improved within seconds, and the original stays as it is.</p>
          <p><a class="button primary" href=${place("/upload")}>Upload photos</a></p>
        <//>
      `;
}

function More({ list }) {
  const button = useRef(null);
  // The next photos are asked for before one reaches the end. Where many pages held none, they are asked for by the
  // button only, or a search with one match would read all that there is.
  useEffect(() => {
    const watcher = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && list.loadMore(), {
      rootMargin: "800px",
    });
    if (list.hasFoundMore) watcher.observe(button.current);
    return () => watcher.disconnect();
  }, [list, list.photos.length, list.hasFoundMore]);
  return html`
    <p class="end">
      ${list.lookedBackTo ? html`Looked back to ${date(list.lookedBackTo)}. ` : null}
      <button class="button" ref=${button} onClick=${() => list.loadMore()}>Load more</button>
    </p>
  `;
}
