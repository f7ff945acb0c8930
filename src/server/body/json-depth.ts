/** Deepest nesting of objects and lists in a JSON text, or as far as `limit` + 1. Braces in strings do not count. */
export function jsonDepth(text: string, limit: number): number {
  return jsonShape(text, limit).depth;
}

/** `jsonDepth`, and about how many values the text holds: its commas, objects and lists. */
export function jsonShape(text: string, limit: number): { readonly depth: number; readonly values: number } {
  let values = 1;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at + 1);
    } else if (code === 0x7b || code === 0x5b) {
      values++;
      depth++;
      if (depth > deepest) deepest = depth;
      if (deepest > limit) return { depth: deepest, values };
    } else if (code === 0x2c) {
      values++;
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
  return { depth: deepest, values };
}

function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end !== -1 && isEscaped(text, end, from)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number, from: number): boolean {
  let slashes = 0;
  while (at - 1 - slashes >= from && text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
  return slashes % 2 === 1;
}
