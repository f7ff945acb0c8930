import { RegistryError } from "../../core/errors.ts";

const marker = /^(<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$/;

/** Both sides of a git conflict; undefined without one. */
export function mergeSides(text: string): { readonly ours: string; readonly theirs: string } | undefined {
  const ours: string[] = [];
  const theirs: string[] = [];
  let state: "both" | "ours" | "base" | "theirs" = "both";
  let hasConflict = false;
  for (const line of text.split("\n")) {
    const sign = marker.exec(line)?.[1]?.[0];
    if (sign === "<" && state === "both") {
      state = "ours";
      hasConflict = true;
    } else if (sign === "|" && state === "ours") state = "base";
    else if (sign === "=" && (state === "ours" || state === "base")) state = "theirs";
    else if (sign === ">" && state === "theirs") state = "both";
    else {
      if (state === "both" || state === "ours") ours.push(line);
      if (state === "both" || state === "theirs") theirs.push(line);
    }
  }
  return hasConflict && state === "both" ? { ours: ours.join("\n"), theirs: theirs.join("\n") } : undefined;
}

/** A finding of `verify` with its repair. */
export interface Finding {
  readonly kind: "damage" | "note";
  /** Absolute path. */
  readonly file: string;
  readonly message: string;
  /** Repairs it and returns a description; absent if only a person can. The caller holds the lock. */
  readonly repair?: () => Promise<string>;
  /** True if only a person can fix it; the message explains how. */
  readonly isByHand?: boolean;
}

/** Context of the checks. */
export interface Inspection {
  readonly directory: string;
  /** Time of this run (ISO 8601, UTC), which also names the set-aside folder. */
  readonly at: string;
  /** True if this run holds the lock, so that no other writer is active. */
  readonly isRepairing: boolean;
  /** Folders of an active or interrupted move or deletion. */
  readonly unfinished?: readonly string[];
}

/** A result or the message of a RegistryError. */
export type ReadResult<T> = { readonly value: T } | { readonly problem: string };

/** Damage that only a person can fix, with instructions. */
export function damageByHand(file: string, message: string, cure: string): Finding {
  return { kind: "damage", file, message: `${message}; ${cure}`, isByHand: true };
}

export function damage(file: string, message: string, repair?: () => Promise<string>): Finding {
  return { kind: "damage", file, message, ...(repair === undefined ? {} : { repair }) };
}

/** The result of a read or its RegistryError message. Rethrows other errors. */
export function tryRead<T>(read: () => T): ReadResult<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof RegistryError) return { problem: error.message };
    throw error;
  }
}

export function readValue<T>(result: ReadResult<T>): T | undefined {
  return "value" in result ? result.value : undefined;
}
