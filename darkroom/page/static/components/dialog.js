import { html, useEffect, useRef } from "../ui.js";
import { Icon } from "./icons.js";

/**
 * A question over the page. The browser's own dialog keeps the focus inside, closes by Escape and gives the focus back.
 *
 * @param {{title: string, onClose: () => void, children: unknown}} props
 */
export function Dialog({ title, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current.showModal();
    return () => opener?.focus?.();
  }, []);
  // A click on the dark around it closes it, as does Escape.
  const clicked = (event) => event.target === dialog.current && onClose();
  return html`
    <dialog ref=${dialog} aria-labelledby="dialog-title" onClose=${onClose} onClick=${clicked}>
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id="dialog-title">${title}</h2>
          <button class="button quiet" aria-label="Close" onClick=${onClose}><${Icon} name="cross" /></button>
        </div>
        ${children}
      </div>
    </dialog>
  `;
}
