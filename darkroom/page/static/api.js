/**
 * Requests to the page's own server. Every failure is an ApiError whose message is a sentence for people.
 */

import { connection } from "./connection.js";

const GONE = "The page's server has ended. Start `darkroom page` (or `make local`) again, and open the address it prints.";
const UNKNOWN = "This browser's session is unknown. Open the address that the terminal printed, or run `darkroom page` again.";

export class ApiError extends Error {
  /**
   * @param {string} message a sentence
   * @param {number} status 0 where there was no answer
   * @param {string} kind the error's name in the API
   */
  constructor(message, status, kind = "") {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.kind = kind;
  }

  /** Whether nothing on this page works until the person opens a new address. */
  get endsSession() {
    return this.status === 0 || this.status === 403;
  }
}

/**
 * @param {string} path below /api, such as "photos"
 * @param {Record<string, string | number | null | undefined>} query empty values are left out
 */
export function getJson(path, query = {}) {
  return request(address(path, query), {});
}

/** @param {string} path @param {object} body */
export function postJson(path, body) {
  const headers = { "Content-Type": "application/json" };
  return request(address(path), { method: "POST", headers, body: JSON.stringify(body) });
}

/** The address of something under /api, for `src` and for requests. */
export function address(path, query = {}) {
  const asked = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(asked.map(([name, value]) => [name, String(value)])).toString();
  return `/api/${path}${text ? `?${text}` : ""}`;
}

async function request(url, options) {
  const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options }).catch(() => null);
  if (answer === null) {
    connection.lose(GONE);
    throw new ApiError(GONE, 0);
  }
  if (answer.status === 403) {
    connection.lose(UNKNOWN);
    throw new ApiError(UNKNOWN, 403);
  }
  connection.keep();
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(sentence(body, answer.status), answer.status, body?.error ?? "");
  if (body === null) throw new ApiError("The server's answer cannot be read. Reload the page.", answer.status);
  return body;
}

function sentence(body, status) {
  if (typeof body?.message === "string" && body.message) return body.message;
  return status >= 500
    ? `The page's server failed (${status}). What went wrong stands in its terminal.`
    : `The server refused the request (${status}). Reload the page.`;
}
