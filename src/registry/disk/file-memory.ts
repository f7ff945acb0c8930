import { lstatSync, type Stats } from "node:fs";

/** A file changed just before it was read may change again within the same clock tick. */
const settlingMs = 2000;
/** Cache size in bytes of the files: about fifty thousand records. */
const mostBytes = 48_000_000;
/** Overhead per entry; folders have no text. */
const overheadBytes = 500;

/** Caches the result of `read` until the file or folder changes. */
export type FileMemory = <Value>(path: string, read: () => Value) => Value;

interface Kept {
  readonly value: unknown;
  readonly changedMs: number;
  readonly inode: number;
  readonly size: number;
  readonly weight: number;
}

/**
 * Caches reads while the file status is unchanged. Uses the change time, which programs cannot set. Links are
 * always read, because their target may change.
 */
export function createFileMemory(): FileMemory {
  const kept = new Map<string, Kept>();
  let bytes = 0;

  const forget = (path: string) => {
    bytes -= kept.get(path)?.weight ?? 0;
    kept.delete(path);
  };

  return <Value>(path: string, read: () => Value): Value => {
    const status = statusOf(path);
    const known = kept.get(path);
    if (known !== undefined && isSame(known, status)) return known.value as Value;
    if (known !== undefined) forget(path);
    const value = read();
    if (status === undefined || status.isSymbolicLink() || Date.now() - status.ctimeMs < settlingMs)
      return value;
    const { ctimeMs: changedMs, ino: inode, size } = status;
    const weight = overheadBytes + (status.isDirectory() ? 0 : size);
    kept.set(path, { value, changedMs, inode, size, weight });
    bytes += weight;
    for (const oldest of kept.keys()) {
      if (bytes <= mostBytes) break;
      forget(oldest);
    }
    return value;
  };
}

function isSame({ changedMs, inode, size }: Kept, status: Stats | undefined): boolean {
  return status?.ctimeMs === changedMs && status.ino === inode && status.size === size;
}

/** Undefined if stat fails; the read reports the error. */
function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
