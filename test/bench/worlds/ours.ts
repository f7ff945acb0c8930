import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { runCli } from "../../support/run-cli.ts";
import { seedPrompt, worldRows } from "./rows.ts";
import { requestText, rightAnswer } from "./sentences.ts";
import type { SearchOutcome, WorldVisit } from "./visit.ts";

/** How one of our engines is asked to search. */
export interface OurSearch {
  readonly optimizer: string;
  readonly options?: JsonObject;
  /** Keys of the optimization in the config, for example `{ num_candidates: 3 }`. */
  readonly keys?: JsonObject;
  /** Cap on target and reflection calls together. */
  readonly calls: number;
  readonly concurrency: number;
  /** Path of a model plugin to ask instead of the visit's address. */
  readonly provider?: string;
}

interface RunDocument {
  readonly optimizations: readonly {
    readonly best?: { readonly template: string; readonly validation: number | null };
    readonly seconds: number;
    readonly stopped: string | null;
    readonly error: { readonly message: string } | null;
  }[];
}

/** `dao-opt run` in this process, over the `openai` client, with a config like a user's; no test rows. */
export async function searchOurs(visit: WorldVisit, search: OurSearch): Promise<SearchOutcome> {
  const folder = await mkdtemp(join(tmpdir(), "dao-opt-world-"));
  try {
    await writeFile(join(folder, "config.yaml"), JSON.stringify(configOf(visit, search)));
    for (const part of ["train", "validation"] as const)
      await writeFile(join(folder, `${part}.jsonl`), rowsText(visit, part));
    const args = ["run", "config.yaml", "--json", "--no-cache", "-j", String(search.concurrency)];
    const { stdout, stderr, exitCode } = await runCli(args, { cwd: folder });
    if (exitCode !== 0) throw new Error(`dao-opt run ended with exit code ${exitCode}: ${stdout}${stderr}`);
    const [found] = (JSON.parse(stdout) as RunDocument).optimizations;
    if (found?.best === undefined) throw new Error(`dao-opt run found nothing: ${stdout}`);
    return {
      prompt: found.best.template,
      needsPlaceholder: true,
      validation: found.best.validation ?? 0,
      seconds: found.seconds,
      stopped: found.stopped ?? "",
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function configOf({ world, seed, baseUrl }: WorldVisit, search: OurSearch): JsonObject {
  const { provider } = search;
  const modelNamed = (name: string): JsonObject =>
    provider === undefined ? { name, base_url: baseUrl, api_key: "none" } : { name, provider };
  return {
    resources: { llms: { target: modelNamed("target"), reflection: modelNamed("reflection") } },
    prompts: { answer: { default_template: seedPrompt(world) } },
    agents: { agent: { model: "target", prompt: "answer" } },
    datasets: { requests: { split: { train: "train.jsonl", validation: "validation.jsonl" } } },
    optimizations: {
      prompt_optimizations: {
        world: {
          prompt: "answer",
          agent: "agent",
          dataset_name: "requests",
          reflection_model: "reflection",
          optimizer: { use: search.optimizer, options: search.options ?? {} },
          scorers: ["exact_match"],
          budget: { calls: search.calls },
          seed,
          ...search.keys,
        },
      },
    },
  };
}

function rowsText({ world, seed }: WorldVisit, part: "train" | "validation"): string {
  const rows = worldRows(world, seed, part).map((row) => ({
    inputs: { request: requestText(row) },
    expectations: { expected_response: rightAnswer(row) },
  }));
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
