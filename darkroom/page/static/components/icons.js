import { html } from "../ui.js";

// Lines on a grid of 24, drawn for this page.
const PATHS = {
  photos: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  upload: "M12 15V4M7.5 8.5 12 4l4.5 4.5M4 15v5h16v-5",
  download: "M12 4v11M7.5 10.5 12 15l4.5-4.5M4 15v5h16v-5",
  alert: "M12 4 3 20h18zM12 10v5M12 17.5h.01",
  mail: "M3 6h18v12H3zM3 7l9 6 9-6",
  phone: "M7 3h10v18H7zM11 18h2",
  back: "M15 5l-7 7 7 7",
  again: "M19 8a8 8 0 1 0 1 6M20 4v5h-5",
  strip: "M3 7h18v10H3zM9 7v10M15 7v10",
  done: "M5 12.5 10 17l9-10",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4 4",
  broken: "M4 5h16v9l-4-2-4 4-3-3-5 3zM4 20h16v-2",
  cross: "M6 6l12 12M18 6 6 18",
  outside: "M10 5H5v14h14v-5M14 5h5v5M19 5l-9 9",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4l3 2",
};

/** A drawing beside words that say the same; it is never heard. */
export function Icon({ name }) {
  return html`
    <svg class="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" focusable="false">
      <path d=${PATHS[name]} />
    </svg>
  `;
}
