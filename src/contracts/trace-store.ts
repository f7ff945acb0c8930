import type { JsonValue } from "../core/data/json.ts";
import type { Trace, TraceFeedback } from "../core/trace.ts";

/** What could not be kept, and why. */
export interface TraceLosses {
  readonly count: number;
  /** Of the last loss. */
  readonly reason?: string;
}

/** Takes traces. No method makes its caller wait for a disk or a network, and none throws. */
export interface TraceSink {
  append(trace: Trace): void;
  /** On a trace by its id, event id or feedback key, there already or not yet; an empty one takes earlier feedback back. */
  addFeedback(key: string, feedback: TraceFeedback | { readonly isDeleted: true }): void;
  /** Resolves when all that was handed over before is kept or counted as lost. Never rejects. */
  flush(): Promise<TraceLosses>;
  /** Flushes and lets go. What is appended afterwards is counted as lost. */
  close(): Promise<TraceLosses>;
}

/** Which traces; all conditions must hold. */
export interface TraceFilter {
  readonly ids?: readonly string[];
  /** Started at or after, before; ISO 8601. */
  readonly since?: string;
  readonly until?: string;
  /** Path of the prompt, its `prv_…` or `pr_…`-free name; a path with a trailing `/` takes all below it. */
  readonly prompt?: string;
  /** That was asked for or that answered; a dated name (`gpt-4o-2024-08-06`) is one of the model's too. */
  readonly model?: string;
  readonly chatId?: string;
  readonly chainId?: string;
  readonly parentId?: string;
  readonly user?: string;
  readonly environment?: string;
  /** True: with an error only; false: without. */
  readonly hasError?: boolean;
  /** On the last rating given; traces without one do not match. */
  readonly rating?: { readonly operator: "<" | "<=" | ">" | ">=" | "=" | "!="; readonly value: number };
  /** Dotted key → value, first in the record as written (snake_case), then in its metadata. */
  readonly where?: Readonly<Record<string, JsonValue>>;
  /** Words somewhere in inputs, messages or output. */
  readonly search?: string;
}

/**
 * A folder of traces, JSON Lines, written to by any number of processes at once. Reading methods reject with
 * RegistryError-like DaoOptErrors only; what cannot be read of a file is passed over and counted.
 */
export interface TraceStore extends TraceSink {
  /** One after the other, oldest first (chats and chains in their order), or newest first; bounded memory. */
  list(filter?: TraceFilter, options?: { readonly newestFirst?: boolean }): AsyncIterable<Trace>;
  /** By trace id, event id or feedback key; feedback included. */
  find(key: string): Promise<Trace | undefined>;
  /** Replaces fields of a trace; resolves when kept. NotFoundError when there is none. */
  amend(traceId: string, changes: Partial<Trace>): Promise<Trace>;
  /** Takes traces out of the files for good; resolves to how many. */
  remove(filter: TraceFilter): Promise<number>;
}
