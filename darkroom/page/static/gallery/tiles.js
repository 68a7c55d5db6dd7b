/** Photos in columns under the day of their upload. */

import { Badge, standing } from "../components/badge.js";
import { Thumbnail } from "../components/thumbnail.js";
import { photoPlace } from "../router.js";
import { Component, html } from "../ui.js";
import { asSentence, day, fileName } from "../words.js";

/** Photos in their order, as [day, photos] for each run of one day. */
function byDay(photos) {
  const groups = [];
  for (const photo of photos) {
    const name = day(photo.uploaded_at);
    if (groups.at(-1)?.[0] !== name) groups.push([name, []]);
    groups.at(-1)[1].push(photo);
  }
  return groups;
}

export function Tiles({ photos }) {
  return byDay(photos).map(
    ([name, ofDay]) => html`
      <section class="day" key=${`${name} ${ofDay[0].key}`} aria-label=${name}>
        <h2>${name}</h2>
        <ul class="tiles">
          ${ofDay.map((photo) => html`<${Tile} key=${photo.key} photo=${photo} />`)}
        </ul>
      </section>
    `,
  );
}

class Tile extends Component {
  // Thousands of tiles stand there while one changes.
  shouldComponentUpdate(next) {
    return next.photo !== this.props.photo;
  }

  render({ photo }) {
    const isDone = photo.status === "COMPLETED" && !photo.need;
    const [words] = standing(photo);
    return html`
      <li class="tile">
        <a href=${photoPlace(photo.key)} title=${photo.key} aria-label=${isDone ? photo.key : `${photo.key}, ${words}`}>
          <span class="picture"><${Thumbnail} url=${photo.thumbnail?.url} /></span>
          ${isDone ? null : html`<${Badge} photo=${photo} />`}
          <span class="name">${fileName(photo.key)}</span>
          ${photo.status === "FAILED" ? html`<span class="why">${asSentence(photo.message)}</span>` : null}
        </a>
      </li>
    `;
  }
}
