import type { JsonValue } from "../core/data/json.ts";
import type { Trace, TraceFeedback } from "../core/trace.ts";

/** How many traces could not be kept, and why. */
export interface TraceLosses {
  readonly count: number;
  /** Reason of the last loss. */
  readonly reason?: string;
}

/** Accepts traces. No method waits for a disk or network before it returns, and none throws. */
export interface TraceSink {
  append(trace: Trace): void;
  /**
   * Adds feedback to a trace by its id, event id or feedback key, before or after the trace itself. An empty
   * one deletes earlier feedback.
   */
  addFeedback(key: string, feedback: TraceFeedback | { readonly isDeleted: true }): void;
  /** Resolves when everything appended so far is kept or counted as lost. Never rejects. */
  flush(): Promise<TraceLosses>;
  /** Flushes and closes. Traces appended afterwards count as lost. */
  close(): Promise<TraceLosses>;
}

/** Selects traces that meet all conditions. */
export interface TraceFilter {
  readonly ids?: readonly string[];
  /** ISO 8601; started at or after `since`, and before `until`. */
  readonly since?: string;
  readonly until?: string;
  /** Path or name of the prompt, or a `prv_…` id; a path with a trailing `/` selects everything below it. */
  readonly prompt?: string;
  /** The requested or the answering model; a dated name (`gpt-4o-2024-08-06`) also matches its model. */
  readonly model?: string;
  readonly chatId?: string;
  readonly chainId?: string;
  readonly parentId?: string;
  readonly user?: string;
  readonly environment?: string;
  /** True: only traces with an error; false: only traces without one. */
  readonly hasError?: boolean;
  /** Compares the last rating; traces without a rating do not match. */
  readonly rating?: { readonly operator: "<" | "<=" | ">" | ">=" | "=" | "!="; readonly value: number };
  /** Dotted key → value, looked up in the stored record (snake_case), then in its metadata. */
  readonly where?: Readonly<Record<string, JsonValue>>;
  /** Words anywhere in inputs, messages or output. */
  readonly search?: string;
}

/** How traces are listed. */
export interface TraceListOptions {
  readonly newestFirst?: boolean;
  /**
   * Called now and then with the start of the trace that is looked at, also if few match. False ends the list.
   */
  readonly onSearched?: (startedAt: string) => boolean;
}

/**
 * Traces that any number of processes write to: JSON Lines in a folder, or a database. Reading methods reject only with
 * DaoOptError; unreadable parts of a file are skipped and counted.
 */
export interface TraceStore extends TraceSink {
  /** Oldest first (chats and chains in order) or newest first; bounded memory. */
  list(filter?: TraceFilter, options?: TraceListOptions): AsyncIterable<Trace>;
  /** By trace id, event id or feedback key; with its feedback. */
  find(key: string): Promise<Trace | undefined>;
  /** Replaces fields of a trace; resolves when saved. Rejects with NotFoundError if it does not exist. */
  amend(traceId: string, changes: Partial<Trace>): Promise<Trace>;
  /** Deletes traces from the files; resolves to their number. */
  remove(filter: TraceFilter): Promise<number>;
}

/** A trace store of the command line, which also follows and changes traces in bulk. */
export interface LiveTraceStore extends TraceStore {
  /**
   * Like `amend`, for bulk changes: the caller knows that the trace exists, so it is not looked up. The
   * change is saved after the next `flush()`, or counted as lost.
   */
  amendLater(traceId: string, changes: Partial<Trace>): void;
  /**
   * Resolves to an iterable of traces written from then on, by any process, until the signal aborts. Polls
   * every `everyMs` (default 250).
   */
  follow(
    filter: TraceFilter,
    options: { readonly signal: AbortSignal; readonly everyMs?: number },
  ): Promise<AsyncIterable<Trace>>;
}
