/** Bytes that passed by, kept up to a limit. */
export interface BodyCopy {
  add(chunk: Buffer): void;
  /** All of it; undefined when it was more than the limit, and nothing is held. */
  bytes(): Buffer | undefined;
  /** Lets go of what is held; nothing is kept afterwards. */
  drop(): void;
}

/** What all copies of a program may hold together. */
export interface CopyRoom {
  /** False, and nothing is taken, when there is no room for so many bytes more. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createCopyRoom(limitBytes: number): CopyRoom {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > limitBytes) return false;
      taken += bytes;
      return true;
    },
    give(bytes) {
      taken -= bytes;
    },
  };
}

export function createBodyCopy(limitBytes: number, room?: CopyRoom): BodyCopy {
  let chunks: Buffer[] = [];
  let size = 0;
  let isKept = true;
  const drop = () => {
    if (!isKept) return;
    isKept = false;
    room?.give(size);
    chunks = [];
  };
  return {
    drop,
    add(chunk) {
      if (!isKept) return;
      if (size + chunk.length > limitBytes || room?.take(chunk.length) === false) {
        drop();
        return;
      }
      size += chunk.length;
      chunks.push(chunk);
    },
    bytes() {
      if (!isKept) return undefined;
      return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    },
  };
}
