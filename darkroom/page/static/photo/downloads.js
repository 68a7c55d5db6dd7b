import { Icon } from "../components/icons.js";
import { safeUrl } from "../safe_url.js";
import { html } from "../ui.js";

/** The original, the copy and the renditions, as files. */
export function Downloads({ downloads }) {
  if (!downloads.length) return null;
  return html`
    <section class="side-part" aria-labelledby="downloads-title">
      <h2 id="downloads-title">Download</h2>
      <ul class="downloads">
        ${downloads.map(
          ({ name, url, kind }) => html`
            <li key=${url}>
              <a class="button" href=${safeUrl(url)} download rel="noopener">
                <${Icon} name="download" /> <span>${KINDS[kind] ?? name}</span>
              </a>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

/** Renditions are known by the names that the API gives them. */
const KINDS = { original: "Original", copy: "Enhanced copy" };
