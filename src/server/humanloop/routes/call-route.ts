import { deltaJson, type PromptCallLogJson, responseJson } from "../../../calls/prompt/call-json.ts";
import { callPrompt } from "../../../calls/prompt/call-prompt.ts";
import type { PromptCallDelta } from "../../../calls/prompt/prompt-call.ts";
import { streamPrompt } from "../../../calls/prompt/sample/stream-prompt.ts";
import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import type { RouteApp } from "../../route-group.ts";
import { callRequest } from "../call-request.ts";
import { answer, createRoute, jsonBody, problems, sendJson, versionQuery, z } from "../describe-route.ts";
import type { HumanloopServices } from "../humanloop-services.ts";
import { callRequestSchema, callResponseSchema } from "../schemas/call-schemas.ts";
import { problemSchema } from "../schemas/prompt-schemas.ts";

const encoder = new TextEncoder();
const pingEveryMs = 15_000;

/**
 * Data-only server-sent events, one JSON document each, `[DONE]` last. Avoids known client parser bugs: each
 * event is one chunk of ASCII (no split characters), escapes `[` in text (no false `[DONE]`) and ends with a
 * blank line. `onLeave` runs when the reader disconnects.
 */
function eventStream(events: AsyncIterable<JsonValue>, onLeave: () => void): ReadableStream<Uint8Array> {
  const iterator = events[Symbol.asyncIterator]();
  let ping: NodeJS.Timeout | undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      // Send the headers now: clients wait for them only for a limited time.
      controller.enqueue(encoder.encode(": open\n\n"));
      ping = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(": ping\n\n"));
      }, pingEveryMs);
    },
    async pull(controller) {
      const { done, value } = await iterator.next();
      controller.enqueue(
        encoder.encode(done === true ? "data: [DONE]\n\n" : `data: ${eventText(value)}\n\n`),
      );
      if (done !== true) return;
      clearInterval(ping);
      controller.close();
    },
    async cancel() {
      clearInterval(ping);
      onLeave();
      await iterator.return?.();
    },
  });
}

/** Renders ASCII JSON; escapes `[` inside strings. */
function eventText(value: JsonValue): string {
  return JSON.stringify(value)
    .replace(/"(?:[^"\\]|\\.)*"/g, (text) => text.replaceAll("[", "\\u005b"))
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const call = createRoute({
  method: "post",
  path: "/v5/prompts/call",
  tags: ["prompts"],
  summary: "Call a model with a prompt and log the call",
  request: { query: versionQuery, body: jsonBody(callRequestSchema) },
  responses: {
    200: {
      description: "The answer; with `stream` as server-sent events",
      content: {
        "application/json": { schema: callResponseSchema },
        "text/event-stream": { schema: z.string() },
      },
    },
    ...problems,
    429: answer(problemSchema, "The provider's rate limit is reached"),
    503: answer(problemSchema, "The provider did not answer"),
    default: answer(problemSchema, "The provider's status with its `Retry-After`"),
  },
});

export function addCallRoute(app: RouteApp, { calls, respond }: HumanloopServices): void {
  app.openapi(call, async (context) => {
    const given = context.req.valid("json");
    const leaving = new AbortController();
    const signal = AbortSignal.any([context.req.raw.signal, leaving.signal]);
    const request = callRequest(given, context.req.valid("query"), signal);
    if (given.stream !== true) {
      const response = await callPrompt(calls, request);
      return sendJson(context, responseJson(response, await respond(response.version)));
    }
    const stream = await streamPrompt(calls, request);
    // Errors before the first text still set the status.
    await stream.opened;
    const events = eventStream(eventsOf(stream), () => leaving.abort());
    return new Response(events, {
      headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" },
    }) as never;
  });
}

/** Fields of each stream event, as Humanloop sends them; final fields are null until the end. */
const pending: Omit<
  PromptCallLogJson,
  "index" | "id" | "prompt_id" | "version_id" | "output" | "created_at" | "provider_latency"
> = {
  output_message: null,
  error: null,
  stdout: null,
  prompt_tokens: null,
  reasoning_tokens: null,
  output_tokens: null,
  prompt_cost: null,
  output_cost: null,
  finish_reason: null,
};

async function* eventsOf(deltas: AsyncIterable<PromptCallDelta>): AsyncGenerator<JsonObject> {
  for await (const delta of deltas) yield { ...pending, ...deltaJson(delta) };
}
