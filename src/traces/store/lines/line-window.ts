import type { FileHandle } from "node:fs/promises";

const smallest = 64 * 1024;
const largest = 1024 * 1024;

/** Reads lines by their place. Neighbours come out of one read, in either direction. */
export interface LineWindow {
  /** The text; valid for ever. */
  text(offset: number, length: number): Promise<string>;
}

/** The window grows while most of it is used, and shrinks to single lines where they lie scattered. */
export function createLineWindow(handle: FileHandle, direction: "forwards" | "backwards"): LineWindow {
  let buffer = Buffer.alloc(0);
  let start = 0;
  let filled = 0;
  let used = 0;
  let size = smallest;
  return {
    async text(offset, length) {
      if (offset < start || offset + length > start + filled) {
        size = used * 2 >= filled ? Math.min(size * 2, largest) : Math.floor(size / 4);
        const wanted = Math.max(size, length);
        if (buffer.length < wanted) buffer = Buffer.allocUnsafe(wanted);
        start = direction === "forwards" ? offset : Math.max(0, offset + length - wanted);
        filled = (await handle.read(buffer, 0, wanted, start)).bytesRead;
        used = 0;
      }
      used += length;
      return buffer.toString("utf8", offset - start, offset - start + length);
    },
  };
}
