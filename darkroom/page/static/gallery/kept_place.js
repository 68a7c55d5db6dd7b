/** Going back to the gallery returns to the photos that one has left. */

import { useEffect } from "../ui.js";

// Days that were not in view yet have a height that is guessed: what is above the photo moves it, frame by frame.
const FRAMES = 12;
// In parts of the window: the middle may be a gap between two columns, or the name of a day.
const POINTS = [0.5, 0.4, 0.6, 0.3].flatMap((y) => [[0.5, y], [0.45, y]]);

export function useKeptPlace(list) {
  // An effect of a child comes before its parent's, which takes the focus to the heading and scrolls to the top; the
  // next frame comes after both.
  useEffect(() => {
    const { kept } = list;
    let framesLeft = FRAMES;
    const settle = () => {
      const tile = kept && tileOf(kept.key);
      if (!tile) return;
      scrollBy(0, tile.getBoundingClientRect().top - kept.top);
      framesLeft -= 1;
      if (framesLeft) frame = requestAnimationFrame(settle);
    };
    let frame = requestAnimationFrame(settle);
    const note = () => {
      const tile = inView() ?? (list.kept && tileOf(list.kept.key));
      list.kept = tile ? { key: tile.title, top: tile.getBoundingClientRect().top } : null;
    };
    // While it scrolls, for whoever leaves by the browser's buttons; and at a click, when what it has scrolled to is
    // laid out at last.
    addEventListener("scroll", note);
    addEventListener("click", note, true);
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", note);
      removeEventListener("click", note, true);
    };
  }, [list]);
}

const tileOf = (key) => document.querySelector(`.tile a[title="${CSS.escape(key)}"]`);

/** The link of a photo near the middle of the window, null where there is none. */
function inView() {
  for (const [x, y] of POINTS) {
    const tile = document.elementFromPoint(x * innerWidth, y * innerHeight)?.closest(".tile a");
    if (tile) return tile;
  }
  return null;
}
