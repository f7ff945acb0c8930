import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { type JsonValue, parsedJson } from "../../core/data/json.ts";

/** Limit of the decoded body; the same as for bodies that arrive uncompressed. */
const mostDecodedBytes = 16 * 1024 * 1024;
const limit = { maxOutputLength: mostDecodedBytes };
const unzip = promisify(gunzip);
const unbrotli = promisify(brotliDecompress);
const undeflate = promisify(inflate);
const undeflateRaw = promisify(inflateRaw);

/** Decodes a body by its `Content-Encoding`. Undefined if the coding is unknown or the body is broken. */
export async function decodeBody(bytes: Buffer, encoding: string | undefined): Promise<string | undefined> {
  try {
    let decoded = bytes;
    const codings = (encoding ?? "").split(",").map((coding) => coding.trim().toLowerCase());
    // The codings are listed in the order they were applied.
    for (const coding of codings.reverse()) decoded = await decodeOne(decoded, coding);
    return decoded.toString("utf8");
  } catch {
    return undefined;
  }
}

async function decodeOne(bytes: Buffer, coding: string): Promise<Buffer> {
  switch (coding) {
    case "":
    case "identity":
      return bytes;
    case "gzip":
    case "x-gzip":
      return unzip(bytes, limit);
    case "br":
      return unbrotli(bytes, limit);
    case "deflate":
      // RFC 9110 specifies the zlib format; some servers send raw deflate.
      return undeflate(bytes, limit).catch(() => undeflateRaw(bytes, limit));
    default:
      throw new Error(`unknown coding ${coding}`);
  }
}

/** A copy of passing bytes, up to a limit. */
interface BodyCopy {
  add(chunk: Buffer): void;
  /** All bytes; undefined, and none are kept, above the limit. */
  bytes(): Buffer | undefined;
  /** Discards the bytes and keeps no more. */
  drop(): void;
}

/** Shared limit of all copies in a program. */
interface CopyRoom {
  /** False, without taking anything, if there is no room for this many bytes. */
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

interface ReadEvents {
  readonly events: readonly JsonValue[];
  /** Whether `[DONE]` arrived. */
  readonly hasEndMark: boolean;
}

/**
 * The JSON of each event of a `text/event-stream`, in order (WHATWG HTML, 9.2.6). Skips events that are not JSON,
 * for example truncated ones.
 */
export function readEvents(text: string): ReadEvents {
  const events: JsonValue[] = [];
  let hasEndMark = false;
  let data: string[] = [];
  const dispatch = () => {
    if (data.length > 0) {
      const written = data.join("\n");
      if (written.trim() === "[DONE]") hasEndMark = true;
      const value = parsedJson(written);
      if (value !== undefined) events.push(value);
    }
    data = [];
  };
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
    if (line === "") dispatch();
    else if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
  }
  // Some servers omit the final empty line.
  dispatch();
  return { events, hasEndMark };
}
