/** Characters of a piece. */
const pieceLength = 256 * 1024;

/** A long text as a stream of pieces, each encoded when it is asked for: whole it would be held twice more. */
export function textStream(text: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        const end = Math.min(at + pieceLength, text.length);
        // Not within a character that is written as two.
        const isSplit = end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
        const next = isSplit ? end + 1 : end;
        controller.enqueue(encoder.encode(text.slice(at, next)));
        at = next;
        if (at >= text.length) controller.close();
      },
    },
    { highWaterMark: 1 },
  );
}
