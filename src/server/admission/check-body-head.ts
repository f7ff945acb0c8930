import type { IncomingHttpHeaders } from "node:http";
import type { Problem } from "../problem.ts";

/** Bodies that routes take. */
interface TakenBodies {
  /** Content types, without parameters. */
  readonly types: readonly string[];
  /** Codings besides `identity`. */
  readonly codings: readonly string[];
}

/** What is announced of a body: too much of it, or not of a kind these routes take. */
export function checkBodyHead(
  headers: IncomingHttpHeaders,
  { types, codings }: TakenBodies,
  limitBytes: number,
): Problem | undefined {
  const length = Number(headers["content-length"] ?? 0);
  const hasBody = length > 0 || headers["transfer-encoding"] !== undefined;
  if (!hasBody) return undefined;
  if (length > limitBytes) return bodyTooLarge(limitBytes);
  const type = (headers["content-type"] ?? "").replace(/;.*$/s, "").trim().toLowerCase();
  if (types.includes(type)) return checkCoding(headers["content-encoding"], codings);
  return {
    status: 415,
    code: "content_type_refused",
    message: `a body of type "${type}" is not taken here`,
    hint: `send ${types.join(" or ")}`,
  };
}

function checkCoding(given: string | undefined, codings: readonly string[]): Problem | undefined {
  const coding = (given ?? "identity").trim().toLowerCase();
  if (coding === "identity" || codings.includes(coding)) return undefined;
  return {
    status: 415,
    code: "encoding_refused",
    message: `a body in the coding ${JSON.stringify(coding)} is not taken here`,
    hint:
      codings.length === 0 ? "send it uncompressed" : `send it uncompressed, or as ${codings.join(" or ")}`,
  };
}

export function bodyTooLarge(limitBytes: number): Problem {
  return {
    status: 413,
    code: "body_too_large",
    message: `the body is larger than ${limitBytes} bytes`,
  };
}
