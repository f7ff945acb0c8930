/** A response whose stream is checked for `[DONE]`. */
interface WatchedResponse {
  /** Behaves like the given response; its body yields the same chunks. */
  readonly response: Response;
  readonly hasEndMark: () => boolean;
}

const mark = "[DONE]";

/**
 * Event stream clients drop the end mark, so a stream that was closed early looks complete. This passes the
 * bytes through unchanged and keeps only the last few.
 */
export function watchEndMark(response: Response): WatchedResponse {
  const { body } = response;
  if (body === null) return { response, hasEndMark: () => false };
  let tail = "";
  let isSeen = false;
  const note = (bytes: Uint8Array): void => {
    if (isSeen) return;
    const text = tail + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    isSeen = /(^|\n)data: ?\[DONE\]/.test(text);
    tail = text.slice(-mark.length - "\ndata: ".length);
  };
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
      note(bytes);
      yield bytes;
    }
  }
  let iterated: AsyncGenerator<Uint8Array> | undefined;
  const watchedBody = new Proxy(body, {
    get(target, key) {
      if (key === Symbol.asyncIterator) return () => (iterated ??= watched());
      return bound(target, key);
    },
  });
  return {
    response: new Proxy(response, {
      get: (target, key) => (key === "body" ? watchedBody : bound(target, key)),
    }),
    hasEndMark: () => isSeen,
  };
}

/** Methods of built-in classes reject a proxy as `this`. */
function bound(target: object, key: PropertyKey): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === "function" ? value.bind(target) : value;
}
