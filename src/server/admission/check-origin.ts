import type { IncomingHttpHeaders } from "node:http";
import type { Problem } from "../problem.ts";

/** Pages of other origins get nothing: no CORS headers are sent, and what they send without asking is refused. */
export function checkOrigin({ origin, host, ...headers }: IncomingHttpHeaders): Problem | undefined {
  const isForeign =
    (origin !== undefined && origin.replace(/^https?:\/\//, "").toLowerCase() !== host?.toLowerCase()) ||
    (headers["sec-fetch-site"] === "cross-site" && headers["sec-fetch-mode"] !== "navigate");
  if (!isForeign) return undefined;
  return {
    status: 403,
    code: "origin_refused",
    message: `pages of ${origin ?? "another site"} may not call this server`,
  };
}
