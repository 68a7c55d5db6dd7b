/**
 * Only addresses that are an http(s) page, a place of this server or a blob become `href` or `src`: `javascript:` and
 * the like, whoever wrote them, become no attribute at all.
 *
 * @param {string | null | undefined} url
 * @returns {string | undefined}
 */
export function safeUrl(url) {
  if (!url) return undefined;
  const protocol = URL.canParse(url, location.href) ? new URL(url, location.href).protocol : "";
  return ["http:", "https:", "blob:"].includes(protocol) ? url : undefined;
}
