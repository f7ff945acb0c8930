/**
 * Calibration of `dao-opt headroom`: its prediction beside the gain that an actual run proves or does not prove, on
 * the examples, on tweets with several seeds and scorers, and in simulated worlds. Prints Markdown.
 *
 *     node test/bench/run.js headroom [--cases tweets,mature] [--engines gepa,few_shot] [--seeds 3]
 *         [--base-url http://127.0.0.1:38117/v1 --model qwen-coder-0.5b --max-calls 60]
 *
 * With --base-url, a real model is tested with two seed prompts and nothing is run.
 */
import { parseArgs } from "node:util";
import { headroomCases, tweetCase } from "./headroom/cases.ts";
import { type CaseResult, measureCase } from "./headroom/measure.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "" },
    engines: { type: "string", default: "gepa,few_shot" },
    seeds: { type: "string", default: "3" },
    "base-url": { type: "string" },
    model: { type: "string", default: "qwen-coder-0.5b" },
    seed: { type: "string", default: "vague" },
    "max-calls": { type: "string", default: "40" },
  },
});
const results = values["base-url"] === undefined ? await calibrate() : await testEndpoint(values["base-url"]);
console.log(tableOf(results));

async function calibrate(): Promise<readonly CaseResult[]> {
  const wanted = values.cases.split(",").filter((name) => name !== "");
  const chosen = headroomCases.filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  const engines = values.engines.split(",").filter((name) => name !== "");
  const found: CaseResult[] = [];
  for (const one of chosen) {
    const seeds = Math.min(one.seeds, Number(values.seeds));
    for (let seed = 1; seed <= seeds; seed++) found.push(await measureCase(one, seed, engines));
    console.error(`${one.name}: ${found.at(-1)?.prediction.message}`);
  }
  return found;
}

async function testEndpoint(baseUrl: string): Promise<readonly CaseResult[]> {
  const model = { name: values.model, base_url: baseUrl, api_key: "none", temperature: 0, max_tokens: 40 };
  const templates: Readonly<Record<string, string>> = {
    vague: "What is the sentiment of this text?\nText: {{text}}\n",
    explicit:
      "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'. Answer with one word.\nText: {{text}}\n",
  };
  const template = templates[values.seed] ?? values.seed;
  const one = tweetCase(`${values.model}, tweets, ${values.seed} seed`, { template }, model, model);
  const flags = ["--max-calls", values["max-calls"], "-j", "1"];
  return [await measureCase(one, 1, [], flags)];
}

function tableOf(all: readonly CaseResult[]): string {
  const engines = [...new Set(all.flatMap(({ outcomes }) => outcomes.map(({ engine }) => engine)))];
  const titles = [
    "case",
    "seed",
    "base",
    "format",
    "noise",
    "source",
    "best of 4",
    "room",
    "calls",
    "verdict",
  ];
  const rows = all.map(({ name, seed, prediction, outcomes }) => [
    name,
    String(seed),
    prediction.base.toFixed(2),
    `${prediction.formatRows}/${prediction.failedRows} → ${prediction.formatScore.toFixed(2)}`,
    shown(prediction.noise),
    shown(prediction.source),
    shown(prediction.passed),
    prediction.room.toFixed(2),
    String(prediction.calls),
    prediction.message,
    ...outcomes.map(({ status, difference }) => `${shown(difference)} ${status.replaceAll("_", " ")}`),
  ]);
  const lines = [[...titles, ...engines], [...titles, ...engines].map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function shown(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}
