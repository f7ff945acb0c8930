import type { JsonValue } from "../../core/data/json.ts";

export interface ReadEvents {
  readonly events: readonly JsonValue[];
  /** Did `[DONE]` come? */
  readonly hasEndMark: boolean;
}

/**
 * The JSON of each event of a `text/event-stream`, in order (WHATWG HTML, 9.2.6). What is no JSON, such as an
 * event that broke off, is passed over.
 */
export function readEvents(text: string): ReadEvents {
  const events: JsonValue[] = [];
  let hasEndMark = false;
  let data: string[] = [];
  const dispatch = () => {
    if (data.length > 0) {
      const written = data.join("\n");
      if (written.trim() === "[DONE]") hasEndMark = true;
      const value = parsed(written);
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
  return { events, hasEndMark };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
