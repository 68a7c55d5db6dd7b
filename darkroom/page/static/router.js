/** Where one is: the part of the address after the hash, such as `#/photo?key=holiday%2Fbeach.jpg`. */

import { useLayoutEffect, useState } from "./ui.js";

/** @typedef {{path: string, query: Record<string, string>}} Route */

/** @returns {Route} */
export function routeOf(hash) {
  const [path, query = ""] = hash.replace(/^#/, "").split("?", 2);
  return { path: path || "/", query: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a place on this page; empty values are left out. */
export function place(path, query = {}) {
  const asked = Object.entries(query).filter(([, value]) => value);
  const text = new URLSearchParams(asked).toString();
  return `#${path}${text ? `?${text}` : ""}`;
}

export const photoPlace = (key) => place("/photo", { key });
export const stripPlace = (key) => place("/photo/strip", { key });

export function goTo(hash) {
  location.hash = hash;
}

/** Change the query of the present place, without a new entry in the browser's history. */
export function replacePlace(hash) {
  history.replaceState(history.state, "", hash);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** @returns {Route} */
export function useRoute() {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  // Before the first frame: a place that one goes to at once would be missed after it.
  useLayoutEffect(() => {
    const changed = () => setRoute(routeOf(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}
