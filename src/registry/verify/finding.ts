import { RegistryError } from "../../core/errors.ts";

const marker = /^(<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$/;

/** Both sides of a file that git could not merge; undefined when it holds no conflict. */
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

/** Something that `verify` has to say, and how to mend it. */
export interface Finding {
  readonly kind: "damage" | "note";
  /** Absolute path. */
  readonly file: string;
  readonly message: string;
  /** Mends it and says what was done; absent when only a person can. Its caller holds the lock. */
  readonly repair?: () => Promise<string>;
  /** True when only a person can mend it; then the message says how. */
  readonly isByHand?: boolean;
}

/** What the checks of one registry share. */
export interface Inspection {
  readonly directory: string;
  /** ISO 8601, UTC: the time of this run, and the name of the folder things are set aside in. */
  readonly at: string;
  /** True while this run holds the lock itself: then no other writer is at work. */
  readonly isRepairing: boolean;
  /** Folders that a move or deletion is at work in, or was when its writer died. */
  readonly unfinished?: readonly string[];
}

/** What a read gave, or the words of its RegistryError. */
export type ReadResult<T> = { readonly value: T } | { readonly problem: string };

/** Damage that no repair mends, with what a person has to do. */
export function damageByHand(file: string, message: string, cure: string): Finding {
  return { kind: "damage", file, message: `${message}; ${cure}`, isByHand: true };
}

export function damage(file: string, message: string, repair?: () => Promise<string>): Finding {
  return { kind: "damage", file, message, ...(repair === undefined ? {} : { repair }) };
}

/** The result of a read, or why it failed; anything but damage is thrown on. */
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
