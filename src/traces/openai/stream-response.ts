import { type AnswerFault, faultOf } from "../../core/answer/answer-fault.ts";
import { isJsonObject, type JsonObject } from "../../core/data/json.ts";

/** Events that hold the response as it stands at that moment. */
const snapshots = /^response\.(created|queued|in_progress|completed|failed|incomplete)$/;
const last = /^response\.(completed|failed|incomplete)$/;

/**
 * A stream of the responses endpoint. The last event holds the whole response; when it never comes, the items
 * that were finished and the text that came so far stand in for it.
 */
export function gatherResponse() {
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
