const newline = 10;

/** Tells the line and column of byte offsets in a file that is read chunk by chunk. */
interface LineMap {
  feed(chunk: Buffer): void;
  /** Line and column, both from 1, of an offset that was fed; offsets must not go back. */
  placeAt(offset: number): { readonly line: number; readonly column: number };
}

export function createLineMap(): LineMap {
  let newlines: number[] = [];
  let next = 0;
  let fedBytes = 0;
  let line = 1;
  let lineStart = 0;
  return {
    feed(chunk) {
      if (next > 0) newlines = newlines.slice(next);
      next = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) {
        newlines.push(fedBytes + at);
      }
      fedBytes += chunk.length;
    },
    placeAt(offset) {
      for (let at = newlines[next]; at !== undefined && at < offset; at = newlines[next]) {
        line++;
        lineStart = at + 1;
        next++;
      }
      return { line, column: offset - lineStart + 1 };
    },
  };
}
