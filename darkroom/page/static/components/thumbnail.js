import { safeUrl } from "../safe_url.js";
import { html, useState } from "../ui.js";
import { Icon } from "./icons.js";

/** A small picture of a photo, or a drawing where none can be shown. `alt` is empty where its name stands beside it. */
export function Thumbnail({ url, alt = "", width, height }) {
  const [failedUrl, setFailedUrl] = useState(null);
  const source = safeUrl(url);
  if (!source || failedUrl === source) {
    return html`<span class="no-picture" role=${alt ? "img" : null} aria-label=${alt || null}><${Icon} name="broken" /></span>`;
  }
  return html`
    <img
      src=${source}
      alt=${alt}
      width=${width ?? null}
      height=${height ?? null}
      loading="lazy"
      decoding="async"
      onError=${() => setFailedUrl(source)}
    />
  `;
}
