/** Numbers, dates and names in the words of people. */

const DAY_MS = 86_400_000;
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const dateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const momentFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const timeFormat = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** "beach.jpg" of "holiday/beach.jpg". */
export function fileName(key) {
  return key.slice(key.lastIndexOf("/") + 1) || key;
}

/** "holiday" of "holiday/beach.jpg", empty where there is none. */
export function folderOf(key) {
  const end = key.lastIndexOf("/");
  return end > 0 && end < key.length - 1 ? key.slice(0, end) : "";
}

export function bytes(count) {
  if (count < 1000) return `${count} bytes`;
  const units = ["kB", "MB", "GB"];
  let value = count / 1000;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1000;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function day(text, now = new Date()) {
  if (!text) return "Without a date";
  const at = new Date(text);
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (at.getTime() >= midnight) return "Today";
  if (at.getTime() >= midnight - DAY_MS) return "Yesterday";
  return dayFormat.format(at);
}

export const date = (text) => (text ? dateFormat.format(new Date(text)) : "");
export const moment = (text) => (text ? momentFormat.format(new Date(text)) : "");
export const clock = (text) => (text ? timeFormat.format(new Date(text)) : "");

export function seconds(value) {
  if (value === null || value === undefined) return "";
  if (value < 10) return `${value.toFixed(value < 1 ? 2 : 1)} s`;
  if (value < 120) return `${Math.round(value)} s`;
  return value < 7200 ? `${Math.round(value / 60)} min` : `${Math.round(value / 3600)} h`;
}

/** counted(1, "photo") is "1 photo", counted(2, "photo") is "2 photos". */
export function counted(count, noun) {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`;
}

/** "Sentence." of "sentence", as the API's phrases are of both kinds. */
export function asSentence(text) {
  const trimmed = String(text ?? "").trim();
  if (!trimmed) return "";
  const begun = trimmed[0].toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

/** "Brightness before" of "brightness_before_percent", where the API gives a name of the record. */
export function asLabel(name) {
  const words = String(name).replace(/_(percent|ms|pixels)$/, "").replace(/_/g, " ");
  return words ? words[0].toUpperCase() + words.slice(1) : "";
}
