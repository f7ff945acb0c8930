import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { spawnCli } from "../support/spawn-cli.ts";

test("a module agent with an open timer does not keep the process alive after the result", async () => {
  const directory = mkdtempSync(join(tmpdir(), "dao-opt-handles-"));
  writeFileSync(
    join(directory, "agent.js"),
    "setInterval(() => {}, 1000);\nexport default async () => 'positive';\n",
  );
  const rows = Array.from({ length: 40 }, (_, row) => ({
    inputs: { text: `t ${row}` },
    expectations: { expected_response: "positive" },
  }));
  writeFileSync(join(directory, "rows.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  writeFileSync(
    join(directory, "config.yaml"),
    `resources: { llms: { small: { name: offline/small, provider: offline } } }
prompts: { p: { name: p, default_template: "Classify. {{text}}" } }
agents: { a: { name: a, model: small, prompt: p, run: { module: ./agent.js } } }
datasets: { d: { path: ./rows.jsonl } }
optimizations: { prompt_optimizations: { o: { name: o, prompt: p, agent: a, dataset: d, scorers: [exact_match] } } }
`,
  );
  const { exitCode, stdout, stderr } = await spawnCli(["eval", "config.yaml", "--json"], { cwd: directory });
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: "completed" });
}, 60_000);
