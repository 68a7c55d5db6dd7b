import { html } from "../ui.js";

const WORDS = {
  PROCESSING: ["improving", "working"],
  FAILED: ["failed", "bad"],
  COMPLETED: ["done", "good"],
};
const NEEDS = {
  stuck: ["stuck", "bad"],
  "not announced": ["done, message not sent", "warn"],
  "half forgotten": ["half forgotten", "bad"],
};

/** How a photo stands, in one or two words. @returns {[string, string]} words and class */
export function standing(photo) {
  return NEEDS[photo.need] ?? WORDS[photo.status] ?? [String(photo.status).toLowerCase(), "working"];
}

export function Badge({ photo }) {
  const [words, kind] = standing(photo);
  return html`<span class="badge ${kind}">${words}</span>`;
}
