import { type AnswerFault, faultOf } from "../../core/answer/answer-fault.ts";
import { gatherChunks } from "../../core/answer/gather-chunks.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";
import type { TracedEndpoint } from "./read-request.ts";

/** Puts the chunks of a stream together to the body the answer would have had in one piece. */
interface StreamAnswer {
  /** Never throws and never keeps the chunk itself: it is the caller's, who may change it. */
  add(chunk: unknown): void;
  /** All that came so far; undefined when nothing did. */
  body(): JsonObject | undefined;
  /** Is the answer at its end, though more may follow it (usage, the end mark)? */
  isWhole(): boolean;
  /** An error that came in the midst. */
  fault(): AnswerFault | undefined;
}

/** Why a stream that ended of itself holds no whole answer. */
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

/** Events that hold the response as it stands at that moment. */
const snapshots = /^response\.(created|queued|in_progress|completed|failed|incomplete)$/;
const last = /^response\.(completed|failed|incomplete)$/;

/**
 * A stream of the responses endpoint. The last event holds the whole response; when it never comes, the items
 * that were finished and the text that came so far stand in for it.
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
