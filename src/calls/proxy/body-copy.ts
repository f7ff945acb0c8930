/** Bytes that passed by, kept up to a limit. */
export interface BodyCopy {
  add(chunk: Buffer): void;
  /** All of it; undefined when it was more than the limit, and nothing is held. */
  bytes(): Buffer | undefined;
  readonly size: number;
}

export function createBodyCopy(limitBytes: number): BodyCopy {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    add(chunk) {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      else chunks = [];
    },
    bytes() {
      if (size > limitBytes) return undefined;
      return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    },
    get size() {
      return size;
    },
  };
}
