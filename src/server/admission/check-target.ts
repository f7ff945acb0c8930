import type { IncomingMessage } from "node:http";
import type { Problem } from "../problem.ts";

/**
 * A request names a path and one host. A whole URL as the target (RFC 9112, 3.2.2) would be routed by its path and
 * checked as another one; of two Host headers one would be checked and the other believed.
 */
export function checkTarget({
  url = "",
  rawHeaders,
}: Pick<IncomingMessage, "url" | "rawHeaders">): Problem | undefined {
  if (!url.startsWith("/")) {
    return { status: 400, code: "path_invalid", message: "the target of the request is no path" };
  }
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length;
  if (hosts <= 1) return undefined;
  return { status: 400, code: "host_invalid", message: "the request has more than one Host header" };
}
