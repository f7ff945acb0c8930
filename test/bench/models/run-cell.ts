import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { toolVersion } from "../../../src/version.ts";
import { type Cell, type CellResult, cellKey } from "./cells.ts";
import { createChat, type Endpoint, keepReplies } from "./chat-endpoint.ts";
import { drawParts } from "./draw-rows.ts";
import { pairedScores } from "./intervals.ts";
import { scorePrompt } from "./score-unseen.ts";
import type { BenchEngine } from "./search-task.ts";
import { suiteNamed } from "./suites.ts";

export interface RunnerOptions {
  readonly endpoint: Endpoint;
  /** Folder with the rows. */
  readonly data: string;
  /** Folder for searches and answers of this results file. */
  readonly folder: string;
  readonly concurrency: number;
  readonly maxReflectionTokens: number;
  readonly timeoutSeconds: number;
  readonly engineOf: (cell: Cell) => BenchEngine;
}

/** Runs a cell: the search, then seed and winner on the unseen rows. Rejects if either has no result. */
export function createCellRunner(options: RunnerOptions): (cell: Cell) => Promise<CellResult> {
  const { endpoint, data, folder, concurrency, timeoutSeconds, maxReflectionTokens } = options;
  // Answers on unseen rows are kept: the seed prompt is scored once for all engines and seeds.
  const ask = keepReplies(createChat(endpoint, timeoutSeconds), join(folder, "unseen-answers.jsonl"));
  return async (cell) => {
    const suite = suiteNamed(cell.suite);
    const instruction = suite.instruction(cell.prompt, data);
    const [train = 0, validation = 0, test = 0, unseen = 0] = cell.rows.split(",").map(Number);
    const groupOf = suite.hasLabels ? (row: { readonly expected: string }) => row.expected : undefined;
    const parts = drawParts(suite.rows(data), groupOf, { train, validation, test, unseen }, cell.seed);
    const engine = options.engineOf(cell);
    const found = await engine.search({
      cell,
      suite,
      instruction,
      parts,
      endpoint,
      concurrency,
      maxReflectionTokens,
      timeoutSeconds,
      folder: join(folder, cellKey(cell)),
    });
    const startedAt = performance.now();
    const onUnseen = (prompt: CellResult["text"]) =>
      scorePrompt(ask, { suite, model: cell.target, concurrency }, prompt, parts.unseen);
    const scored = (answers: readonly string[]) =>
      answers.map((answer, row) => suite.score(answer, parts.unseen[row]?.expected ?? ""));
    const { unseen_answers: own } = found;
    const base = own === undefined ? await onUnseen(`${instruction}\n${suite.inputLines}`) : scored(own.base);
    const best = own === undefined ? await onUnseen(found.text) : scored(own.best);
    return {
      ...cell,
      ...found,
      status: "done",
      unseen: { ...pairedScores(base, best), base_scores: base, best_scores: best },
      scoring_seconds: (performance.now() - startedAt) / 1000,
      machine: machineFacts(),
      versions: {
        dao_opt: toolVersion,
        commit: commitOfSource(),
        node: process.versions.node,
        ...engine.versions,
      },
      date: new Date().toISOString(),
    };
  };
}

function machineFacts(): JsonObject {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Abbreviated, with `+` if files differ from it; "unknown" outside git. */
function commitOfSource(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--exclude=*", "--dirty=+"], {
      encoding: "utf8",
    }).trim();
  } catch {
    return "unknown";
  }
}
