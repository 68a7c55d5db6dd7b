/** Before and after at 100 %: one pixel of the photo is one of the screen, and both show the same place. */

import { safeUrl } from "../safe_url.js";
import { html, useEffect, useRef, useState } from "../ui.js";
import { Waiting } from "../components/notices.js";

export function FullSize({ before, after, name }) {
  const panes = [useRef(null), useRef(null)];
  useEffect(() => centre(panes[0].current), []);
  const scrolled = (event) => {
    for (const { current } of panes) {
      if (!current || current === event.currentTarget) continue;
      current.scrollLeft = event.currentTarget.scrollLeft;
      current.scrollTop = event.currentTarget.scrollTop;
    }
  };
  return html`
    <div class="full-size">
      ${[
        ["Before", before],
        ["After", after],
      ].map(
        ([label, picture], place) => html`
          <${Pane} key=${label} label=${label} picture=${picture} name=${name} scroller=${panes[place]} onScroll=${scrolled} />
        `,
      )}
    </div>
    <p class="quiet-words">One pixel of the photo is one of your screen. Drag or scroll: both move together.</p>
  `;
}

function Pane({ label, picture, name, scroller, onScroll }) {
  const [state, setState] = useState("loading");
  const start = useRef(null);
  const width = picture.width ? picture.width / devicePixelRatio : null;
  const height = picture.height ? picture.height / devicePixelRatio : null;
  const begin = (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    const { scrollLeft, scrollTop } = event.currentTarget;
    start.current = { x: event.clientX + scrollLeft, y: event.clientY + scrollTop };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const drag = (event) => {
    if (!start.current) return;
    event.currentTarget.scrollTo(start.current.x - event.clientX, start.current.y - event.clientY);
  };
  const end = () => {
    start.current = null;
  };
  return html`
    <figure>
      <figcaption>${label} ${picture.full_is === "jpeg" ? html`<small>shown as JPEG</small>` : null}</figcaption>
      <div
        class="pane"
        ref=${scroller}
        tabindex="0"
        role="group"
        aria-label=${`${label}, at 100 percent; arrow keys move it`}
        onScroll=${onScroll}
        onPointerDown=${begin}
        onPointerMove=${drag}
        onPointerUp=${end}
        onPointerCancel=${end}
      >
        ${state === "loading" ? html`<${Waiting}>Loading all pixels …<//>` : null}
        ${state === "failed" ? html`<p class="waiting">This picture cannot be shown here. Download it below.</p>` : null}
        <img
          src=${safeUrl(picture.full)}
          alt=${`${name}, ${label.toLowerCase()}, at full size`}
          width=${width}
          height=${height}
          draggable=${false}
          hidden=${state === "failed"}
          onLoad=${() => setState("shown")}
          onError=${() => setState("failed")}
        />
      </div>
    </figure>
  `;
}

function centre(pane) {
  pane?.scrollTo((pane.scrollWidth - pane.clientWidth) / 2, (pane.scrollHeight - pane.clientHeight) / 2);
}
