import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { JsonObject } from "../../../src/core/data/json.ts";
import type { PairedScores } from "./intervals.ts";
import type { SeedPromptKind } from "./suites.ts";

/** One search to run. */
export interface Cell {
  readonly suite: string;
  readonly prompt: SeedPromptKind;
  /** As given: a name, with options after colons, or `peer-…`. */
  readonly engine: string;
  readonly target: string;
  readonly reflection: string;
  readonly seed: number;
  /** Budget of the search. */
  readonly budget: number;
  /** Rows as train,validation,test,unseen. */
  readonly rows: string;
}

/** What an engine found. */
export interface FoundPrompt {
  /** The best prompt, proven or not. */
  readonly text: JsonObject[string];
  readonly calls: {
    readonly search: number;
    /** Calls of the test on held-out rows; 0 if there was none. */
    readonly gate: number;
    readonly target: number;
    readonly reflection: number;
  };
  /** On the tool's own held-out rows; null if it measured none. */
  readonly held_out: JsonObject | null;
  /** The tool's own verdict, `failed` if its search failed; null for tools without one. */
  readonly verdict: string | null;
  /** Why the tool came to that verdict. */
  readonly reason?: string;
  readonly stopped: string | null;
  /** Reflections asked, answered, failed and refused, as the tool counts them. */
  readonly reflections?: JsonObject;
  /** Wall time of the search; of its last session only if it was resumed. */
  readonly seconds: number;
  readonly is_resumed: boolean;
  /** Answers to the unseen rows, of tools whose prompt only they can fill in. */
  readonly unseen_answers?: { readonly base: readonly string[]; readonly best: readonly string[] };
}

/** One line of the results file. */
export interface CellResult extends Cell, FoundPrompt {
  readonly status: "done";
  /** On rows that the tool never saw, scored by the benchmark. */
  readonly unseen: PairedScores & {
    readonly base_scores: readonly number[];
    readonly best_scores: readonly number[];
  };
  readonly scoring_seconds: number;
  readonly machine: JsonObject;
  readonly versions: JsonObject;
  /** ISO 8601, UTC. */
  readonly date: string;
}

/** A cell that ended in an error; it is run again at the next start. */
export interface FailedCell extends Cell {
  readonly status: "failed";
  readonly error: string;
  readonly date: string;
}

const identity = ["suite", "prompt", "engine", "target", "reflection", "seed", "budget", "rows"] as const;

/** The same for equal cells only; also a folder name. */
export function cellKey(cell: Cell): string {
  return identity.map((name) => String(cell[name]).replace(/[^\w.,=-]+/g, "-")).join("_");
}

/** Every cell of a plan. Seeds vary slowest, so that each is complete before the next begins. */
export function planCells(plan: {
  readonly suites: readonly string[];
  readonly prompts: readonly SeedPromptKind[];
  readonly engines: readonly string[];
  readonly pairs: readonly { readonly target: string; readonly reflection: string }[];
  readonly seeds: readonly number[];
  readonly budget: number;
  readonly rows: string;
}): readonly Cell[] {
  const { budget, rows } = plan;
  return plan.seeds.flatMap((seed) =>
    plan.suites.flatMap((suite) =>
      plan.prompts.flatMap((prompt) =>
        plan.pairs.flatMap((pair) =>
          plan.engines.map((engine) => ({ suite, prompt, engine, ...pair, seed, budget, rows })),
        ),
      ),
    ),
  );
}

/** The lines of a results file, an incomplete last line left out. Empty if there is no file. */
export function readResults(file: string): readonly (CellResult | FailedCell)[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return line.trim() === "" ? [] : [JSON.parse(line) as CellResult | FailedCell];
      } catch {
        return [];
      }
    });
}

export function isDone(result: CellResult | FailedCell): result is CellResult {
  return result.status === "done";
}

/** Appends a line, on a line of its own even after an incomplete one. */
export function appendResult(file: string, result: CellResult | FailedCell): void {
  const isBroken = existsSync(file) && !/(^|\n)$/.test(readFileSync(file, "utf8"));
  appendFileSync(file, `${isBroken ? "\n" : ""}${JSON.stringify(result)}\n`);
}

/** The cells of the plan without a finished result. */
export function openCells(
  plan: readonly Cell[],
  results: readonly (CellResult | FailedCell)[],
): readonly Cell[] {
  const done = new Set(results.filter(isDone).map(cellKey));
  return plan.filter((cell) => !done.has(cellKey(cell)));
}
