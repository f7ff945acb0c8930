import type { IncomingHttpHeaders } from "node:http";
import type { Problem } from "../problem.ts";

/** Bodies that a route accepts. */
interface TakenBodies {
  /** Content types, without parameters. */
  readonly types: readonly string[];
  /** Content codings besides `identity`. */
  readonly codings: readonly string[];
}

/** Checks the announced size, type and coding of a body. */
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
    message: `unsupported content type "${type}"`,
    hint: `send ${types.join(" or ")}`,
  };
}

function checkCoding(given: string | undefined, codings: readonly string[]): Problem | undefined {
  const coding = (given ?? "identity").trim().toLowerCase();
  if (coding === "identity" || codings.includes(coding)) return undefined;
  return {
    status: 415,
    code: "encoding_refused",
    message: `unsupported content encoding ${JSON.stringify(coding)}`,
    hint:
      codings.length === 0 ? "send it uncompressed" : `send it uncompressed or as ${codings.join(" or ")}`,
  };
}

export function bodyTooLarge(limitBytes: number): Problem {
  return {
    status: 413,
    code: "body_too_large",
    message: `the body is larger than ${limitBytes} bytes`,
  };
}
