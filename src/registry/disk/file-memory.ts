import { lstatSync, type Stats } from "node:fs";

/** A file changed so shortly before it was read may change again within the same tick of its clock. */
const settlingMs = 2000;
/** What is kept in all, as bytes of the files read: some fifty thousand records. */
const mostBytes = 48_000_000;
/** Counted for each besides its text; a folder has none. */
const overheadBytes = 500;

/** What `read` makes of a file or folder; asked again only after that has changed. */
export type FileMemory = <Value>(path: string, read: () => Value) => Value;

interface Kept {
  readonly value: unknown;
  readonly changedMs: number;
  readonly inode: number;
  readonly size: number;
  readonly weight: number;
}

/**
 * Keeps what was read as long as the file's status is the same. The time is that of its last change of any
 * kind, which no program can set back; links are read each time, for what they lead to changes on its own.
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

/** Undefined for what cannot be looked at; whoever reads it says why. */
function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
