import { Icon } from "../components/icons.js";
import { html, useRef, useState } from "../ui.js";
import { bytes } from "../words.js";
import { filesOfDrop, filesOfPicker } from "./dropped_files.js";

/** Where files and folders are dropped or chosen. @param {{maxBytes: number, onFiles: (chosen: object[]) => void}} props */
export function DropZone({ maxBytes, onFiles }) {
  const [isOver, setIsOver] = useState(false);
  const files = useRef(null);
  const folder = useRef(null);
  const over = (event) => {
    event.preventDefault();
    setIsOver(true);
  };
  const dropped = async (event) => {
    event.preventDefault();
    setIsOver(false);
    onFiles(await filesOfDrop(event.dataTransfer));
  };
  const picked = (event) => {
    onFiles(filesOfPicker(event.target.files));
    // The same file may be chosen again.
    event.target.value = "";
  };
  return html`
    <div
      class="drop ${isOver ? "over" : ""}"
      onDragEnter=${over}
      onDragOver=${over}
      onDragLeave=${() => setIsOver(false)}
      onDrop=${dropped}
    >
      <${Icon} name="upload" />
      <p class="big">Drop photos or folders here</p>
      <p class="buttons">
        <button type="button" class="button primary" onClick=${() => files.current.click()}>Choose photos</button>
        <button type="button" class="button" onClick=${() => folder.current.click()}>Choose a folder</button>
      </p>
      <p class="quiet-words">
        JPEG, PNG, WebP, AVIF, HEIC, TIFF and more, up to ${bytes(maxBytes)} each. The originals stay as they are.
      </p>
      <input ref=${files} type="file" multiple hidden aria-label="Photos to upload" onChange=${picked} />
      <input ref=${folder} type="file" webkitdirectory hidden aria-label="Folder to upload" onChange=${picked} />
    </div>
  `;
}
