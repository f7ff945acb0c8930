import type { Cell, FoundPrompt } from "./cells.ts";
import type { Endpoint } from "./chat-endpoint.ts";
import type { RowParts } from "./draw-rows.ts";
import type { Suite } from "./suites.ts";

/** Everything an engine is given for one cell. */
export interface SearchTask {
  readonly cell: Cell;
  readonly suite: Suite;
  readonly instruction: string;
  readonly parts: RowParts;
  readonly endpoint: Endpoint;
  /** Calls at once. */
  readonly concurrency: number;
  readonly maxReflectionTokens: number;
  readonly timeoutSeconds: number;
  /** Folder of this cell; kept, so that an interrupted search resumes. */
  readonly folder: string;
}

/** An engine, ready to run. */
export interface BenchEngine {
  /** Packages and their versions, for the results. */
  readonly versions: Readonly<Record<string, string>>;
  search(task: SearchTask): Promise<FoundPrompt>;
}
