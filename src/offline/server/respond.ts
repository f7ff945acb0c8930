import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { type FaultKind, simulatedRetryAfterMs } from "../faults.ts";

export function respondJson(
  response: ServerResponse,
  status: number,
  body: JsonValue,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Sends an error in OpenAI's format. */
export function sendError(
  response: ServerResponse,
  status: number,
  message: string,
  details: { readonly param?: string | null; readonly code?: string; readonly type?: string } = {},
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = details.type ?? "invalid_request_error";
  const error = { message, type, param: details.param ?? null, code: details.code ?? null };
  respondJson(response, status, { error }, headers);
}

/** Sends server-sent events, then the end marker. */
export function sendStream(response: ServerResponse, chunks: readonly JsonObject[]): void {
  openStream(response);
  for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  response.end("data: [DONE]\n\n");
}

function openStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
}

/** Sends an injected fault; `chunks` is set if a stream was requested. */
export function sendFault(
  response: ServerResponse,
  kind: FaultKind,
  body: JsonObject,
  chunks: readonly JsonObject[] | undefined,
): void {
  switch (kind) {
    case "rate_limit": {
      const wait = {
        "retry-after": String(simulatedRetryAfterMs / 1000),
        "retry-after-ms": String(simulatedRetryAfterMs),
      };
      const details = { type: "requests", code: "rate_limit_exceeded" };
      sendError(response, 429, "Rate limit reached (injected).", details, wait);
      return;
    }
    case "server_error":
      sendError(response, 500, "The server had an error (injected).", { type: "server_error" });
      return;
    case "unavailable":
      sendError(response, 503, "The engine is overloaded (injected).", { type: "server_error" });
      return;
    case "dropped":
      if (chunks === undefined) response.socket?.destroy();
      else breakStream(response, chunks);
      return;
    case "cut_json": {
      if (chunks !== undefined) {
        breakStream(response, chunks);
        return;
      }
      const text = JSON.stringify(body);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(text.slice(0, Math.ceil(text.length / 2)));
      return;
    }
    case "empty_choices":
      if (chunks === undefined) respondJson(response, 200, { ...body, choices: [] });
      else sendStream(response, []);
      return;
    case "wrong_type":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html><body>Bad gateway (injected)</body></html>");
      return;
  }
}

/** Sends the first chunk, then closes the socket. */
function breakStream(response: ServerResponse, chunks: readonly JsonObject[]): void {
  openStream(response);
  response.write(`data: ${JSON.stringify(chunks[0] ?? {})}\n\n`, () => response.socket?.destroy());
}

const root = "/v1/models";

/** `GET /v1/models` and `GET /v1/models/<id>`; 404 for every other path. */
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
