import { html, useEffect, useRef } from "../ui.js";
import { Icon } from "./icons.js";

/**
 * A question over the page. The browser's own dialog keeps the focus inside, closes by Escape and gives the focus back.
 *
 * @param {{title: string, isHeld?: boolean, onClose: () => void, children: unknown}} props `isHeld`: it stays open,
 *   because what has begun may still have to say something.
 */
export function Dialog({ title, isHeld = false, onClose, children }) {
  const dialog = useRef(null);
  const wasPressedOn = useRef(null);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current.showModal();
    return () => opener?.focus?.();
  }, []);
  const cancelled = (event) => isHeld && event.preventDefault();
  // A browser closes it all the same at the second Escape.
  const closed = () => (isHeld ? dialog.current.showModal() : onClose());
  // A click on the dark around it closes it, as does Escape; words that are marked beyond its edge do not.
  const pressed = (event) => {
    wasPressedOn.current = event.target;
  };
  const clicked = (event) => {
    const isAround = event.target === dialog.current && wasPressedOn.current === dialog.current;
    if (isAround && !isHeld) onClose();
  };
  return html`
    <dialog
      ref=${dialog}
      aria-labelledby="dialog-title"
      onCancel=${cancelled}
      onClose=${closed}
      onPointerDown=${pressed}
      onClick=${clicked}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id="dialog-title">${title}</h2>
          <button class="button quiet" aria-label="Close" disabled=${isHeld} onClick=${onClose}><${Icon} name="cross" /></button>
        </div>
        ${children}
      </div>
    </dialog>
  `;
}
