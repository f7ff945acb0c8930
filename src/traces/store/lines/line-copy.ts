import { closeSync, fsyncSync, openSync, readSync, writeFileSync } from "node:fs";

/** Bytes gathered before they are written. */
const chunkBytes = 1024 * 1024;
const newline = Buffer.from("\n");

/** A file that takes another one's place: its beginning, then the lines that are added. */
export interface LineCopy {
  add(line: Buffer): void;
  /** Writes what is left, and makes it outlast a lost power supply. */
  finish(): void;
  close(): void;
}

/** Begins with the first `length` bytes of another file. Synchronous: lines are visited so. */
export function beginCopy(target: string, mode: number, from: number, length: number): LineCopy {
  const to = openSync(target, "wx", mode);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const write = (): void => {
    writeFileSync(to, Buffer.concat(waiting));
    waiting = [];
    waitingBytes = 0;
  };
  try {
    copyHead(from, to, length);
  } catch (error) {
    closeSync(to);
    throw error;
  }
  return {
    add(line) {
      waiting.push(Buffer.from(line), newline);
      waitingBytes += line.length;
      if (waitingBytes > chunkBytes) write();
    },
    finish() {
      write();
      fsyncSync(to);
    },
    close: () => closeSync(to),
  };
}

function copyHead(from: number, to: number, length: number): void {
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, length));
  for (let done = 0; done < length; ) {
    const read = readSync(from, buffer, 0, Math.min(buffer.length, length - done), done);
    if (read === 0) return;
    writeFileSync(to, buffer.subarray(0, read));
    done += read;
  }
}
