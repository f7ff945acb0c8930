import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { inProcessModels } from "../worlds/in-process.ts";
import { seedPrompt, worldRows } from "../worlds/rows.ts";
import { requestText, rightAnswer } from "../worlds/sentences.ts";
import { type WorldSpec, worldNamed, worlds } from "../worlds/world-spec.ts";

/** One task: a project on disk with one optimization. */
export interface HeadroomCase {
  readonly name: string;
  /** Key of the optimization in the config. */
  readonly optimization: string;
  /** Writes config.yaml and its data into an empty folder. */
  write(folder: string, seed: number): Promise<void>;
  /** Runs that a seed changes are repeated with several. */
  readonly seeds: number;
}

const repository = process.cwd();

function exampleCase(name: string, optimization: string): HeadroomCase {
  return {
    name: `examples/${name}`,
    optimization,
    seeds: 1,
    write: (folder) => cp(join(repository, "examples", name), folder, { recursive: true }),
  };
}

interface TweetCase {
  readonly template: string;
  readonly scorers?: readonly (string | JsonObject)[];
  /** Number of tweets, spread over the file; default: all 300. */
  readonly rows?: number;
}

const labels = ["negative", "neutral", "positive"];

/** Sentiment of tweets, answered by the rule-based model. */
export function tweetCase(
  name: string,
  { template, scorers, rows = 300 }: TweetCase,
  model: JsonObject = { name: "offline/small", provider: "offline" },
  reflection: JsonObject = { name: "offline/large", provider: "offline" },
): HeadroomCase {
  return {
    name,
    optimization: "task",
    seeds: 1,
    async write(folder) {
      const { readFile } = await import("node:fs/promises");
      const text = await readFile(join(repository, "examples/quickstart/data/tweets.jsonl"), "utf8");
      const lines = text.trimEnd().split("\n");
      const step = lines.length / rows;
      const chosen = Array.from({ length: rows }, (_, at) => lines[Math.floor(at * step)]);
      await writeFile(join(folder, "rows.jsonl"), `${chosen.join("\n")}\n`);
      const config = configOf({ template, model, reflection, scorers, dataset: { path: "rows.jsonl" } });
      await writeFile(join(folder, "config.yaml"), JSON.stringify(config));
    },
  };
}

interface ConfigParts {
  readonly template: string;
  readonly model: JsonObject;
  readonly reflection: JsonObject;
  readonly scorers?: readonly (string | JsonObject)[] | undefined;
  readonly dataset: JsonObject;
  readonly keys?: JsonObject;
}

function configOf({ template, model, reflection, scorers, dataset, keys = {} }: ConfigParts): JsonObject {
  return {
    resources: { llms: { target: model, reflection } },
    prompts: { p: { default_template: template } },
    agents: { a: { model: "target", prompt: "p" } },
    datasets: { d: dataset },
    optimizations: {
      prompt_optimizations: {
        task: {
          ...{ prompt: "p", agent: "a", dataset_name: "d", reflection_model: "reflection" },
          ...(scorers === undefined ? {} : { scorers: [...scorers] }),
          ...keys,
        },
      },
    },
  };
}

/** A simulated world (worlds/README.md) with test rows for the gate. */
function worldCase(world: WorldSpec, testRows: number): HeadroomCase {
  return {
    name: `world ${world.name}`,
    optimization: "task",
    seeds: 3,
    async write(folder, seed) {
      await mkdir(folder, { recursive: true });
      const { provider } = await inProcessModels(folder, world, seed);
      for (const part of ["train", "validation", "test"] as const) {
        const all = worldRows(world, seed, part).map((row) => ({
          inputs: { request: requestText(row) },
          expectations: { expected_response: rightAnswer(row) },
        }));
        const rows = part === "test" ? all.slice(0, testRows) : all;
        await writeFile(
          join(folder, `${part}.jsonl`),
          rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
        );
      }
      const split = { train: "train.jsonl", validation: "validation.jsonl", test: "test.jsonl" };
      const config = configOf({
        template: seedPrompt(world),
        model: { name: "target", provider },
        reflection: { name: "reflection", provider },
        scorers: ["exact_match"],
        dataset: { split },
        keys: { budget: { calls: 400 + 2 * testRows }, seed },
      });
      await writeFile(join(folder, "config.yaml"), JSON.stringify(config));
    },
  };
}

const usual = worldNamed("reference");
const mature = worldNamed("mature");
const furtherWorlds: readonly (readonly [WorldSpec, testRows: number])[] = [
  [{ ...usual, name: "solved", statedBySeed: usual.rules }, 60],
  [{ ...worldNamed("noisy"), name: "noisy, solved", statedBySeed: worldNamed("noisy").rules }, 60],
  [{ ...mature, name: "mature, 200 test rows" }, 200],
  [{ ...mature, name: "mature, 15 test rows" }, 15],
  [{ ...usual, name: "reference, 10 test rows" }, 10],
];

const explicit = "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.\nText: {{text}}\n";
const vague = "What is the sentiment of this text?\nText: {{text}}\n";
const bare =
  "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'. Answer with the label only, in lower case.\nText: {{text}}\n";

/** Every task that needs no network. */
export const headroomCases: readonly HeadroomCase[] = [
  exampleCase("quickstart", "optimize_sentiment"),
  exampleCase("ci", "optimize_sentiment"),
  exampleCase("intent-labels", "optimize_intent"),
  exampleCase("json-extraction", "optimize_facility_support"),
  tweetCase("tweets, explicit seed", { template: explicit }),
  tweetCase("tweets, explicit seed, label", {
    template: explicit,
    scorers: [{ use: "label", options: { labels } }],
  }),
  tweetCase("tweets, vague seed", { template: vague }),
  tweetCase("tweets, vague seed, label", {
    template: vague,
    scorers: [{ use: "label", options: { labels } }],
  }),
  tweetCase("tweets, strict seed", { template: bare }),
  tweetCase("tweets, strict seed, 30 rows", { template: bare, rows: 30 }),
  tweetCase("tweets, explicit seed, 30 rows", { template: explicit, rows: 30 }),
  ...worlds.map((world) => worldCase(world, 60)),
  ...furtherWorlds.map(([world, testRows]) => worldCase(world, testRows)),
];
