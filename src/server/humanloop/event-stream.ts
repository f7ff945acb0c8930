import type { JsonValue } from "../../core/data/json.ts";

const encoder = new TextEncoder();
const pingEveryMs = 15_000;

/**
 * Data-only server-sent events, one JSON a line, `[DONE]` last. Written so that no client's parser stumbles: an
 * event is one chunk and pure ASCII (a character may not be split), a `[` inside a text is escaped (no text can
 * hold `[DONE]`), and every event ends with its blank line. `onLeave` is called when the reader goes away.
 */
export function eventStream(
  events: AsyncIterable<JsonValue>,
  onLeave: () => void,
): ReadableStream<Uint8Array> {
  const iterator = events[Symbol.asyncIterator]();
  let ping: NodeJS.Timeout | undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      // Headers are sent with the first bytes, and a client waits for them only so long.
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

/** JSON in ASCII; a `[` is escaped inside texts only. */
function eventText(value: JsonValue): string {
  return JSON.stringify(value)
    .replace(/"(?:[^"\\]|\\.)*"/g, (text) => text.replaceAll("[", "\\u005b"))
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
