import type { IncomingHttpHeaders } from "node:http";
import type { Problem } from "../problem.ts";

/** What is announced of a body: too much of it, or not of a kind these routes take. */
export function checkBodyHead(
  headers: IncomingHttpHeaders,
  contentTypes: readonly string[],
  limitBytes: number,
): Problem | undefined {
  const length = Number(headers["content-length"] ?? 0);
  const hasBody = length > 0 || headers["transfer-encoding"] !== undefined;
  if (!hasBody) return undefined;
  if (length > limitBytes) return bodyTooLarge(limitBytes);
  const type = (headers["content-type"] ?? "").replace(/;.*$/s, "").trim().toLowerCase();
  if (contentTypes.includes(type)) return undefined;
  return {
    status: 415,
    code: "content_type_refused",
    message: `a body of type "${type}" is not taken here`,
    hint: `send ${contentTypes.join(" or ")}`,
  };
}

export function bodyTooLarge(limitBytes: number): Problem {
  return {
    status: 413,
    code: "body_too_large",
    message: `the body is larger than ${limitBytes} bytes`,
  };
}
