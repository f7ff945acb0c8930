import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../support/run-cli.ts";
import type { HeadroomCase } from "./cases.ts";

/** A prediction, as in `headroom --json`. */
export interface Prediction {
  readonly base: number;
  readonly formatRows: number;
  readonly failedRows: number;
  readonly formatScore: number;
  readonly noise: number | null;
  readonly source: number | null;
  readonly passed: number | null;
  readonly room: number;
  readonly kind: string;
  readonly message: string;
  readonly calls: number;
}

/** The gate of an actual run. */
export interface Outcome {
  readonly engine: string;
  readonly status: string;
  readonly difference: number | null;
}

export interface CaseResult {
  readonly name: string;
  readonly seed: number;
  readonly prediction: Prediction;
  readonly outcomes: readonly Outcome[];
}

interface HeadroomDocument {
  readonly optimizations: readonly {
    readonly base: { readonly score: number };
    readonly format: {
      readonly failed_rows: number;
      readonly format_rows: number;
      readonly score: number;
    };
    readonly noise: { readonly share: number } | null;
    readonly source: { readonly difference: number } | null;
    readonly samples: { readonly share: number } | null;
    readonly verdict: { readonly kind: string; readonly message: string; readonly room: number };
    readonly usage: { readonly calls: number };
  }[];
}

interface RunDocument {
  readonly optimizations: readonly {
    readonly status: string;
    readonly scores: { readonly test?: { readonly difference: number } };
  }[];
}

/** Predicts one case, then runs it with each engine; the run never sees the prediction's answers. */
export async function measureCase(
  one: HeadroomCase,
  seed: number,
  engines: readonly string[],
  flags: readonly string[] = [],
): Promise<CaseResult> {
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-headroom-"));
  try {
    await one.write(folder, seed);
    const document = await jsonOf<HeadroomDocument>(["headroom", "config.yaml", ...flags], folder);
    const [found] = document.optimizations;
    if (found === undefined) throw new Error(`${one.name}: no headroom`);
    const outcomes: Outcome[] = [];
    for (const engine of engines) {
      const use = `--set=optimizations.prompt_optimizations.${one.optimization}.optimizer=${engine}`;
      const run = await jsonOf<RunDocument>(["run", "config.yaml", "--no-cache", use], folder);
      const [result] = run.optimizations;
      outcomes.push({
        engine,
        status: result?.status ?? "",
        difference: result?.scores.test?.difference ?? null,
      });
    }
    return { name: one.name, seed, prediction: predictionOf(found), outcomes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function predictionOf(found: HeadroomDocument["optimizations"][number]): Prediction {
  return {
    base: found.base.score,
    formatRows: found.format.format_rows,
    failedRows: found.format.failed_rows,
    formatScore: found.format.score,
    noise: found.noise?.share ?? null,
    source: found.source?.difference ?? null,
    passed: found.samples?.share ?? null,
    room: found.verdict.room,
    kind: found.verdict.kind,
    message: found.verdict.message,
    calls: found.usage.calls,
  };
}

async function jsonOf<T>(args: readonly string[], cwd: string): Promise<T> {
  const { stdout, stderr, exitCode } = await runCli([...args, "--json"], { cwd });
  if (exitCode !== 0) throw new Error(`${args.join(" ")} ended with ${exitCode}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}
