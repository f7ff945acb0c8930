/**
 * The time that `--dry-run` estimates, from the answers of one run, beside the time of a second run. Every answer takes
 * the same time, so the time of a run is that of its dependent calls. Prints Markdown.
 *
 *     node test/bench/run.js plan-time [--latency 40]
 */
import { parseArgs } from "node:util";
import { createHttpProject, offlineAnswer } from "../support/http-project.ts";
import { startLoopbackOpenAI } from "../support/loopback-openai.ts";

interface Document {
  readonly optimizations: readonly [
    {
      readonly seconds: number;
      readonly estimates: { readonly seconds: Record<"low" | "likely" | "high", number> };
    },
  ];
}

const { values } = parseArgs({ options: { latency: { type: "string", default: "40" } } });
const cases: readonly (readonly [concurrency: number, keys: object])[] = [
  [1, {}],
  [8, {}],
  [32, {}],
  [8, { num_candidates: 2, max_steps: 4 }],
  [8, { optimizer: "few_shot" }],
];
console.log("| at once | keys | low | likely | high | actual |\n| --- | --- | --- | --- | --- | --- |");
for (const [concurrency, keys] of cases) {
  const latency = { fixedMs: Number(values.latency) };
  const server = await startLoopbackOpenAI({ answer: offlineAnswer, latency });
  const project = createHttpProject({ baseUrl: server.baseUrl, rows: 100, optimization: keys });
  const json = async (...args: readonly string[]) => {
    const options = { env: { OPENAI_API_KEY: "none" } };
    return (await project.run(["--json", "-j", String(concurrency), ...args], options)).json as Document;
  };
  await json();
  const { low, likely, high } = (await json("--dry-run")).optimizations[0].estimates.seconds;
  const { seconds } = (await json()).optimizations[0];
  const shown = [low, likely, high, seconds].map((value) => `${value.toFixed(1)} s`);
  console.log(`| ${[concurrency, JSON.stringify(keys), ...shown].join(" | ")} |`);
  await server.close();
}
