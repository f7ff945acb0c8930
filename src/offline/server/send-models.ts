import type { IncomingMessage, ServerResponse } from "node:http";
import { respondJson, sendError } from "./respond.ts";

const root = "/v1/models";

/** `GET /v1/models` and `GET /v1/models/<id>`; a 404 for every other path. */
export function sendModels(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  names: readonly string[],
): void {
  const models = names.map((id) => ({
    id,
    object: "model",
    created: 1_700_000_000,
    owned_by: "dao-opt",
  }));
  if (path !== root && !path.startsWith(`${root}/`)) {
    sendError(response, 404, `Unknown request URL: ${request.method} ${path}.`, { code: "unknown_url" });
    return;
  }
  if (request.method !== "GET") {
    const message = `${path} takes GET, not ${request.method}.`;
    sendError(response, 405, message, { code: "method_not_allowed" }, { allow: "GET" });
    return;
  }
  const id = path
    .slice(root.length + 1)
    .replaceAll("%2F", "/")
    .replaceAll("%2f", "/");
  const found = models.find((model) => model.id === id);
  if (path === root) respondJson(response, 200, { object: "list", data: models });
  else if (found !== undefined) respondJson(response, 200, found);
  else
    sendError(response, 404, `The model '${id}' does not exist.`, {
      param: "model",
      code: "model_not_found",
    });
}
