import { Icon } from "../components/icons.js";
import { place, replacePlace } from "../router.js";
import { html, useEffect, useRef, useState } from "../ui.js";

const AFTER_MS = 300;
const STATUSES = [
  ["", "All"],
  ["PROCESSING", "Being improved"],
  ["FAILED", "Failed"],
];

/** The gallery's address; spaces at the ends, such as one between two words that are still typed, are not searched for. */
function placeOf({ prefix = "", user = "", status = "" }) {
  return place("/", { prefix: prefix.trim(), user: user.trim(), status });
}

/** Search and status, kept in the address, so that a search can be sent to somebody. */
export function Filters({ filters }) {
  const [typed, setTyped] = useState(filters);
  const timer = useRef(0);
  const asked = placeOf(filters);
  const own = useRef(asked);
  // Another link, or the browser's Back, changes the filters too. What was typed here stays as it was typed.
  useEffect(() => {
    if (asked === own.current) return;
    own.current = asked;
    clearTimeout(timer.current);
    setTyped(filters);
  }, [asked]);
  const change = (what, afterMs) => {
    const wanted = { ...typed, ...what };
    setTyped(wanted);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => replacePlace((own.current = placeOf(wanted))), afterMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const search = (name, label, hint) => html`
    <label class="search">
      <span class="only-heard">${label}</span>
      <${Icon} name="search" />
      <input
        type="search"
        placeholder=${hint}
        value=${typed[name] ?? ""}
        autocomplete="off"
        spellcheck=${false}
        onInput=${(event) => change({ [name]: event.target.value }, AFTER_MS)}
      />
    </label>
  `;
  return html`
    <form class="filters" role="search" onSubmit=${(event) => event.preventDefault()}>
      ${search("prefix", "Name or folder begins with", "Name or folder …")}
      ${search("user", "User", "User …")}
      <fieldset class="segments">
        <legend class="only-heard">Status</legend>
        ${STATUSES.map(
          ([value, label]) => html`
            <label key=${value}>
              <input
                type="radio"
                name="status"
                checked=${(typed.status ?? "") === value}
                onChange=${() => change({ status: value }, 0)}
              />
              <span>${label}</span>
            </label>
          `,
        )}
      </fieldset>
    </form>
  `;
}
