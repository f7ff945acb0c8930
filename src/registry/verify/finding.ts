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
