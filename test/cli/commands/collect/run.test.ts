import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collectOutputSchema } from "../../../../src/cli/commands/collect/output.ts";
import type { JsonObject } from "../../../../src/core/data/json.ts";
import { ModelError } from "../../../../src/core/errors.ts";
import { openTraceStore } from "../../../../src/traces/open-trace-store.ts";
import { createWorldProject, type WorldProject } from "../../../support/world-project.ts";

const size = 24;

/** A project with rows that have no answers. */
function createProject(): WorldProject {
  const project = createWorldProject({
    base: "accuracy=1 Answer: {{text}}",
    optimization: { source_model: "large" },
  });
  const rows = Array.from({ length: size }, (_, at) => ({
    inputs: { text: `row ${at} says ${at % 2 === 0 ? "yes" : "no"}` },
  }));
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  writeFileSync(join(project.directory, "questions.jsonl"), lines);
  return project;
}

const collect = (project: WorldProject, ...args: readonly string[]) =>
  project.cli(["collect", "config.yaml", "--inputs", "questions.jsonl", "--dataset", "answers", ...args]);

const datasetOf = ({ directory }: WorldProject): JsonObject[] =>
  readFileSync(join(directory, ".dao-opt/datasets/answers.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as JsonObject);

async function tracesOf({ directory }: WorldProject) {
  const store = openTraceStore({ folder: join(directory, ".dao-opt/traces") });
  const traces = [];
  for await (const trace of store.list()) traces.push(trace);
  await store.close();
  return traces;
}

describe("collect CONFIG", () => {
  test("calls the source model for every row; traces and dataset contain its answers", async () => {
    const project = createProject();
    const { exitCode, json } = await collect(project, "--json");
    expect(exitCode).toBe(0);
    expect(collectOutputSchema.parse(json)).toMatchObject({
      dataset: "answers",
      prompt: "p",
      model: "large",
      agent: null,
      status: "completed",
      rows: size,
      answered: size,
      failed: 0,
      merged: { added: size, updated: 0, unchanged: 0, rows: size },
      traces: { recorded: size, lost: 0 },
      usage: { calls: size, cached_calls: 0 },
    });
    expect(project.world.calls).toEqual(Array.from({ length: size }, () => "large"));
    const traces = await tracesOf(project);
    expect(traces).toHaveLength(size);
    const rows = datasetOf(project);
    expect(rows).toHaveLength(size);
    for (const row of rows) {
      const trace = traces.find(({ traceId }) => traceId === (row["source"] as JsonObject)["trace_id"]);
      expect(row).toMatchObject({ inputs: trace?.inputs, outputs: trace?.output });
      expect(trace).toMatchObject({
        prompt: { path: "p", template: "accuracy=1 Answer: {{text}}" },
        model: "large",
        finishReason: "stop",
        messages: [{ role: "user", content: `accuracy=1 Answer: ${trace?.inputs?.["text"]}` }],
        usage: { outputTokens: trace?.output?.length },
      });
    }
  });

  test("a second time changes nothing and costs nothing", async () => {
    const project = createProject();
    await collect(project);
    const before = project.read(".dao-opt/datasets/answers.jsonl");
    project.world.calls.length = 0;
    const { json } = await collect(project, "--json");
    expect(json).toMatchObject({
      answered: size,
      merged: { added: 0, updated: 0, unchanged: size },
      traces: { recorded: 0 },
      usage: { calls: 0, cached_calls: size },
    });
    expect(project.world.calls).toEqual([]);
    expect(project.read(".dao-opt/datasets/answers.jsonl")).toBe(before);
    expect(await tracesOf(project)).toHaveLength(size);
  });

  test("a failed row is only an error trace; --resume calls only rows without an answer", async () => {
    const project = createProject();
    project.world.answer = ({ messages }) =>
      String(messages[0]?.content).includes("row 7 ")
        ? new ModelError("the provider fell over", { kind: "server" })
        : "yes";
    const first = await collect(project, "--json", "--no-cache");
    expect(first.json).toMatchObject({ exit_code: 0, answered: size - 1, failed: 1 });
    expect((await tracesOf(project)).filter(({ error }) => error !== undefined)).toMatchObject([
      { inputs: { text: "row 7 says no" }, error: expect.stringContaining("the provider fell over") },
    ]);
    const collected = await collect(project, "--no-cache");
    expect(collected.stdout).toContain("1 row failed, last error: ");
    expect(collected.stdout).toContain("the provider fell over");
    expect(collected.stdout).toContain("  dao-opt traces list --error\n");
    project.world.answer = () => "no";
    project.world.calls.length = 0;
    const second = await collect(project, "--json", "--no-cache", "--resume");
    expect(second.json).toMatchObject({
      answered: size,
      resumed: size - 1,
      merged: { added: 1, rows: size },
    });
    expect(project.world.calls).toHaveLength(1);
    expect(datasetOf(project).filter(({ outputs }) => outputs === "no")).toHaveLength(1);
  });

  test("an agent answers like an application and receives the source model", async () => {
    const project = createProject();
    const module = join(project.directory, "agent.mjs");
    writeFileSync(
      module,
      "export default async ({ inputs, prompts, model }) => ({ output: `${model.name}: ${inputs.text}/${prompts.p}` });\n",
    );
    project.config.agents["app"] = { name: "app", model: "small", prompt: "p", run: { module } };
    project.save();
    const { json } = await collect(project, "--json", "--agent", "app", "--model", "large");
    expect(json).toMatchObject({ agent: "app", model: "large", answered: size });
    expect(datasetOf(project)[0]).toMatchObject({
      outputs: "large: row 0 says yes/accuracy=1 Answer: {{text}}",
    });
  });

  test("an invalid key stops it with exit 4; a limit keeps the answers and exits 3", async () => {
    const project = createProject();
    project.world.answer = () => new ModelError("key refused", { kind: "auth" });
    const refused = await collect(project, "-j", "1");
    expect(refused.exitCode).toBe(4);
    expect(refused.stdout).toContain("no answers yet, so there is no dataset answers; next:");
    expect(refused.stdout).not.toContain("dataset stats");
    expect(project.world.calls.length).toBeLessThan(4);
    project.world.answer = () => "yes";
    const limited = await collect(project, "--json", "--max-calls", "5");
    expect(limited.exitCode).toBe(3);
    expect(limited.json).toMatchObject({ status: "interrupted", answered: 5, merged: { rows: 5 } });
  });

  test("reports missing input before any call", async () => {
    const project = createProject();
    const bare = await project.cli(["collect", "config.yaml"]);
    expect(bare.exitCode).toBe(2);
    expect(bare.stderr).toContain("--inputs FILE");
    expect(bare.stderr).toContain("--dataset NAME");
    expect((await collect(project, "--model", "lage")).stderr).toContain("did you mean large?");
    expect((await collect(project, "--prompt", "q")).stderr).toContain('no prompt named "q"');
    writeFileSync(join(project.directory, "questions.jsonl"), '{"inputs": {"txt": "x"}}\n');
    const wrong = await collect(project);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain("questions.jsonl:1");
    expect(wrong.stderr).toContain("text");
    writeFileSync(join(project.directory, "questions.jsonl"), '{"inputs": {"text": "x"}}\n{"inputs": \n');
    const torn = await collect(project);
    expect(torn.stderr).toContain("questions.jsonl:2");
    expect(torn.stderr).toContain("correct or remove these rows");
    expect(project.world.calls).toEqual([]);
  });

  test("keeps expectations and tags of the rows", async () => {
    const project = createProject();
    const row = {
      inputs: { text: "x" },
      expectations: { expected_response: "yes", style: "short" },
      tags: { team: "a" },
    };
    writeFileSync(join(project.directory, "questions.jsonl"), `${JSON.stringify(row)}\n`);
    project.world.answer = () => "yes";
    expect((await collect(project)).exitCode).toBe(0);
    expect(datasetOf(project)).toMatchObject([row]);
  });

  test("creates rows only from usable answers, and reports why others were skipped", async () => {
    const project = createProject();
    const texts = ["<think>so</think>yes", "", "<think>never ends"];
    const lines = texts.map((_, at) => JSON.stringify({ inputs: { text: `q${at}` } }));
    writeFileSync(join(project.directory, "questions.jsonl"), `${lines.join("\n")}\n`);
    project.world.answer = ({ messages }) =>
      texts[Number(/q(\d)/.exec(String(messages[0]?.content))?.[1])] ?? "";
    const { exitCode, json } = await collect(project, "--json");
    expect(exitCode).toBe(0);
    expect(collectOutputSchema.parse(json)).toMatchObject({
      ...{ rows: 3, answered: 1, failed: 0, merged: { added: 1 }, traces: { recorded: 3 } },
      skipped: { failed: 0, empty: 1, refusal: 0, cut_off: 1, filtered: 0 },
    });
    expect(datasetOf(project)).toMatchObject([{ inputs: { text: "q0" }, outputs: "yes" }]);
    expect((await tracesOf(project)).find(({ output }) => output === "yes")?.reasoning).toBe("so");
    const again = await collect(project);
    expect(again.stdout.replace(/\s+/g, " ")).toContain(
      "2 rows not in the dataset: 1 with an empty answer, 1 cut off by the length limit",
    );
  });

  test("`run` finds the collected dataset by name", async () => {
    const project = createProject();
    await collect(project);
    project.config.optimizations.prompt_optimizations["x"] = {
      ...project.config.optimizations.prompt_optimizations["x"],
      dataset_name: "answers",
    };
    project.save();
    const { exitCode, json } = await project.run(["--json"]);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ optimizations: [{ scores: { source: { score: 1 } } }] });
  });
});

test("feedback on an answer is in the row created from it", async () => {
  const project = createProject();
  await collect(project);
  const [row = {}] = datasetOf(project);
  const traceId = String((row["source"] as JsonObject)["trace_id"]);
  const feedback = await project.cli(["feedback", traceId, "--rating", "0.1", "--better", "maybe", "--json"]);
  expect(feedback.json).toMatchObject({ trace_id: traceId, datasets: ["answers"] });
  expect(datasetOf(project)[0]).toMatchObject({
    inputs: row["inputs"],
    outputs: row["outputs"],
    expectations: { expected_response: "maybe" },
    tags: { rating: 0.1 },
  });
  expect(datasetOf(project)).toHaveLength(size);
  // Collecting again keeps it.
  await collect(project);
  expect(datasetOf(project)[0]).toMatchObject({ expectations: { expected_response: "maybe" } });
  expect((await project.cli(["feedback", traceId, "--comment", "hm"])).stdout).toContain("feedback kept");
});
