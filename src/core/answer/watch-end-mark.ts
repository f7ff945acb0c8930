/** A response whose stream is watched for `[DONE]`. */
interface WatchedResponse {
  /** Behaves as the response given; its body is the same, chunk by chunk. */
  readonly response: Response;
  readonly hasEndMark: () => boolean;
}

const mark = "[DONE]";

/**
 * Clients of event streams swallow the end mark, and a stream whose connection was closed early looks like one
 * that came to its end. The bytes go through unchanged and one by one; only the last few are kept.
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

/** Members of built-in classes refuse to work on a proxy. */
function bound(target: object, key: PropertyKey): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === "function" ? value.bind(target) : value;
}
