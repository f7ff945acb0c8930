import type { FailureRecord } from "./failure-record.ts";

/** What a request for a better prompt shows and wants. */
export interface ReflectionReading {
  /** The name behind the fence of the text; "" when there is none. */
  readonly name: string;
  /** The text to rewrite. */
  readonly current: string;
  /** Rewrites of it to combine it with; empty when it is to be improved. */
  readonly versions: readonly string[];
  readonly records: readonly FailureRecord[];
  /** Passages and variables that must stay word for word. */
  readonly locked: readonly string[];
  readonly maxTokens?: number;
  /** Further texts of the same prompt, which stay as they are. */
  readonly others: string;
  /** Words of earlier attempts that did not help. */
  readonly rejected: string;
  /** True when an earlier reply was sent back: a second one takes care. */
  readonly isRetry: boolean;
  /** The fence that the reply is asked to use. */
  readonly fence: string;
}
