/**
 * Own files only: no inline scripts or styles, no other site, no frame around the page. `same-origin` is needed:
 * without a referrer, browsers send forms with `Origin: null`, which admission refuses.
 */
export const pageHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cache-control": "no-store",
} as const;

/** A file to save. Its name keeps letters, digits, dots, dashes and underscores. */
export function downloadResponse(body: string | ReadableStream, type: string, fileName: string): Response {
  const name = fileName.replace(/[^\w.-]+/g, "-").slice(0, 120) || "download";
  return new Response(body, {
    headers: {
      ...pageHeaders,
      "content-type": `${type}; charset=utf-8`,
      "content-disposition": `attachment; filename="${name}"`,
    },
  });
}

/** A whole document with its own policy, such as a stored report. */
export function documentResponse(markup: string, policy: string): Response {
  return new Response(markup, {
    headers: {
      ...pageHeaders,
      "content-type": "text/html; charset=UTF-8",
      "content-security-policy": policy,
    },
  });
}
