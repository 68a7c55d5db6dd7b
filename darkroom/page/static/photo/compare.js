/** Before and after over each other, with a line that is moved by pointer, touch or keyboard. */

import { safeUrl } from "../safe_url.js";
import { html, useRef, useState } from "../ui.js";

/**
 * @param {{before: {large: string, width: number, height: number}, after: {large: string}, name: string}} props
 */
export function Compare({ before, after, name }) {
  const [share, setShare] = useState(50);
  const frame = useRef(null);
  const follow = (event) => {
    if (event.buttons !== 1) return;
    const { left, width } = frame.current.getBoundingClientRect();
    setShare(Math.round(Math.min(100, Math.max(0, ((event.clientX - left) / width) * 100))));
  };
  const begin = (event) => {
    // The line follows a finger or pointer from anywhere on the picture; keys go to the slider.
    event.currentTarget.setPointerCapture(event.pointerId);
    follow(event);
  };
  const ratio = after.width && after.height ? `${after.width} / ${after.height}` : null;
  return html`
    <figure class="compare" style=${{ "--share": `${share}%`, "--ratio": ratio }}>
      <div class="frame" ref=${frame} onPointerDown=${begin} onPointerMove=${follow}>
        <img class="after" src=${safeUrl(after.large)} alt=${`${name}, enhanced`} draggable=${false} />
        <img class="before" src=${safeUrl(before.large)} alt=${`${name}, the original`} draggable=${false} />
        <span class="line" aria-hidden="true"></span>
        <span class="tag left" aria-hidden="true">Before</span>
        <span class="tag right" aria-hidden="true">After</span>
        <input
          type="range"
          min="0"
          max="100"
          value=${share}
          aria-label="Show more of the original or of the enhanced photo"
          aria-valuetext=${`${share} percent original, ${100 - share} percent enhanced`}
          onInput=${(event) => setShare(Number(event.target.value))}
        />
      </div>
    </figure>
  `;
}
