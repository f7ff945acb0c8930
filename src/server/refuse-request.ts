import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem, ProblemShape } from "./problem.ts";

/** Beyond this a refused body is cut off rather than read to its end. */
const mostDrainedBytes = 100 * 1024 * 1024;

/**
 * A refusal before any route. The body is read and thrown away: a connection that is closed while the caller
 * still writes would be reset, and the caller would never see why.
 */
export function refuseRequest(
  request: IncomingMessage,
  response: ServerResponse,
  problem: Problem,
  shape: ProblemShape,
): void {
  const text = JSON.stringify(shape(problem));
  const isHuge = Number(request.headers["content-length"] ?? 0) > mostDrainedBytes;
  response.writeHead(problem.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...problem.headers,
    ...(isHuge ? { connection: "close" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : text);
  if (!isHuge) request.resume();
}
