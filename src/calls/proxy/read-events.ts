import type { JsonValue } from "../../core/json.ts";

/**
 * The JSON of each event of a `text/event-stream`, in order (WHATWG HTML, 9.2.6). `[DONE]` and what is no JSON,
 * such as an event that broke off, is passed over.
 */
export function readEvents(text: string): JsonValue[] {
  const events: JsonValue[] = [];
  let data: string[] = [];
  const dispatch = () => {
    if (data.length > 0) {
      const value = parsed(data.join("\n"));
      if (value !== undefined) events.push(value);
    }
    data = [];
  };
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
    if (line === "") dispatch();
    else if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
  }
  // Some servers leave out the last empty line.
  dispatch();
  return events;
}

function parsed(text: string): JsonValue | undefined {
  if (text.trim() === "[DONE]") return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
