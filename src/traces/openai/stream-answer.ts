import { type AnswerFault, faultOf } from "../../core/answer/answer-fault.ts";
import { gatherChunks } from "../../core/answer/gather-chunks.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import type { TracedEndpoint } from "./read-request.ts";

/** Assembles the chunks of a stream into the body of an equivalent response without streaming. */
interface StreamAnswer {
  /** Never throws. Does not keep the chunk, which the caller may modify. */
  add(chunk: unknown): void;
  /** The body so far; undefined before the first chunk. */
  body(): JsonObject | undefined;
  /** True if the answer is complete, although more chunks may follow (usage, the end mark). */
  isWhole(): boolean;
  /** An error in the stream. */
  fault(): AnswerFault | undefined;
}

/** Reason if a stream ends without a complete answer. */
export const endedEarly = "the stream ended without a finish reason and without [DONE]";

export function gatherStream(endpoint: TracedEndpoint): StreamAnswer {
  if (endpoint === "responses") return gatherResponse();
  const gathered = gatherChunks(endpoint);
  return {
    add: (chunk) => void gathered.add(chunk),
    body: () => gathered.body(),
    isWhole: () => gathered.isEnded,
    fault: () => gathered.fault,
  };
}

/** Events with a snapshot of the response. */
const snapshots = /^response\.(created|queued|in_progress|completed|failed|incomplete)$/;
const last = /^response\.(completed|failed|incomplete)$/;

/**
 * Assembles a stream of the responses endpoint. The last event contains the whole response. If it is missing,
 * the finished items and the text so far replace it.
 */
function gatherResponse() {
  let text = "";
  let latest: string | undefined;
  let isWhole = false;
  const items: string[] = [];
  let fault: AnswerFault | undefined;
  return {
    add(event: unknown): void {
      if (!isJsonObject(event) || typeof event["type"] !== "string") return;
      const { type, response, delta, item } = event;
      if (type === "error") fault ??= faultOf(event["error"]) ?? faultOf({ ...event, type: null });
      if (snapshots.test(type) && isJsonObject(response)) {
        isWhole = last.test(type);
        latest = JSON.stringify(response);
      }
      if (type === "response.output_text.delta" && typeof delta === "string") text += delta;
      if (type === "response.output_item.done" && isJsonObject(item)) {
        items.push(JSON.stringify(item));
        if (item["type"] === "message") text = "";
      }
    },

    isWhole: () => isWhole,

    fault: () => fault,

    body(): JsonObject | undefined {
      if (latest === undefined) return undefined;
      const response = JSON.parse(latest) as JsonObject;
      if (isWhole) return response;
      const content = [{ type: "output_text", text, annotations: [] }];
      const open = text === "" ? [] : [{ type: "message", role: "assistant", status: "incomplete", content }];
      return {
        ...response,
        output: [...items.map((one) => JSON.parse(one) as JsonObject), ...open],
      };
    },
  };
}
