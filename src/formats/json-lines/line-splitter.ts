/** Longest line that is read. A longer one is a missing newline and would fill the memory. */
export const maxLineBytes = 64 * 1024 * 1024;

const newline = 10;

/**
 * Cuts bytes into lines at "\n" alone: node:readline also cuts at U+2028 and U+2029, which JSON
 * strings may hold. A line longer than `maxBytes` is handed over as undefined.
 */
export function createLineSplitter(onLine: (line: Buffer | undefined) => void, maxBytes = maxLineBytes) {
  let pending: Buffer[] = [];
  let pendingBytes = 0;

  const keep = (piece: Buffer): void => {
    pendingBytes += piece.length;
    if (pendingBytes > maxBytes) pending = [];
    else if (piece.length > 0) pending.push(piece);
  };
  const flush = (): void => {
    const line = pending.length === 1 ? pending[0] : Buffer.concat(pending);
    onLine(pendingBytes > maxBytes ? undefined : line);
    pending = [];
    pendingBytes = 0;
  };

  return {
    feed(chunk: Buffer): void {
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        keep(chunk.subarray(start, end));
        flush();
        start = end + 1;
      }
      keep(chunk.subarray(start));
    },
    end(): void {
      if (pendingBytes > 0) flush();
    },
  };
}
