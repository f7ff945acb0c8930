/** A text taken apart into thinking and answer. */
export interface SplitText {
  readonly text: string;
  /** Absent when there is no thinking. */
  readonly reasoning?: string;
  /** The thinking never ends: the answer was not reached. */
  readonly isOpen: boolean;
}

const opening = /^\s*<(think|thinking|reasoning)\s*>/i;
const loneClosing = /<\/think\s*>/i;
const anyOpening = /<think\s*>/i;

/**
 * Takes the thinking off the beginning of a text: blocks of `<think>`, `<thinking>` or `<reasoning>`, and
 * whatever stands before a `</think>` that nothing opens (templates of some servers open the block themselves).
 * Tags further on belong to the answer.
 */
export function splitReasoning(text: string): SplitText {
  const thoughts: string[] = [];
  let rest = text;
  for (;;) {
    const open = opening.exec(rest);
    if (open !== null) {
      const body = rest.slice(open[0].length);
      const close = new RegExp(`</${open[1]}\\s*>`, "i").exec(body);
      if (close === null) return done([...thoughts, body], "", true);
      thoughts.push(body.slice(0, close.index));
      rest = body.slice(close.index + close[0].length);
      continue;
    }
    const lone = loneClosing.exec(rest);
    if (lone === null || anyOpening.test(rest.slice(0, lone.index))) break;
    thoughts.push(rest.slice(0, lone.index));
    rest = rest.slice(lone.index + lone[0].length);
  }
  return thoughts.length === 0 ? { text, isOpen: false } : done(thoughts, rest.trimStart(), false);
}

function done(thoughts: readonly string[], text: string, isOpen: boolean): SplitText {
  const reasoning = thoughts
    .map((thought) => thought.trim())
    .filter((thought) => thought !== "")
    .join("\n\n");
  return { text, isOpen, ...(reasoning === "" ? {} : { reasoning }) };
}
