import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { outputSchemas } from "../../src/cli/output/index.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import { startMlflowStore } from "../mlflow/unit/loopback-store.ts";
import { runCli } from "../support/run-cli.ts";
import { serveCli } from "../support/serve-cli.ts";
import { repository } from "../support/spawn-cli.ts";
import { createWorldProject } from "../support/world-project.ts";

/** The schema as a user gets it, strict about keys that it does not name. */
async function published(name: string) {
  const { json, exitCode } = await runCli(["schema", "--output", name], { cwd: "." });
  expect(exitCode).toBe(0);
  return new Ajv({ strict: false, allErrors: true }).compile(json as object);
}

function namesEveryKey(name: string, value: unknown): void {
  const schema = outputSchemas[name];
  if (schema === undefined) throw new Error(`no schema ${name}`);
  // What a schema does not name, parsing leaves out.
  expect(schema.parse(value)).toEqual(value);
}

describe("every --json document matches the schema printed by `schema --output`, without unknown fields", () => {
  // Fifty commands one after the other, and a schema compiled for each: long on a busy machine.
  test("of every command", { timeout: 120_000 }, async () => {
    const project = createWorldProject({ optimization: { source_model: "large", deploy_to: "staging" } });
    const env = { MLFLOW_TRACKING_URI: (await startMlflowStore()).address };
    const cli = async (...args: readonly string[]) => (await project.cli(args, { env })).json;
    const ready = async (...args: readonly string[]): Promise<unknown> => {
      const command = await serveCli([...args, "--port", "0", "--json"], { cwd: project.directory });
      await command.stop();
      return JSON.parse(command.ready);
    };
    const traces = openTraceStore({ folder: join(project.directory, ".dao-opt", "traces") });
    traces.append({ traceId: "t1", startedAt: "2026-11-21T00:00:00Z", inputs: { text: "a" }, output: "b" });
    await traces.close();
    const hello = { model: "offline/large", provider: "offline", template: "Say hello" };
    writeFileSync(join(project.directory, "hello.json"), JSON.stringify(hello));
    const label = (at: number) => ({ text: `t ${at}`, expected: "e", answer: `a ${at}`, verdict: at % 2 });
    const labelled = Array.from({ length: 24 }, (_, at) => `${JSON.stringify(label(at))}\n`);
    writeFileSync(join(project.directory, "labels.jsonl"), labelled.join(""));
    const labels = ["--scorer", "correctness", "--labels", "labels.jsonl", "--json"];
    const documents: (readonly [string, unknown])[] = [
      ["validate", await cli("validate", "config.yaml", "--json")],
      ["plan", await cli("run", "config.yaml", "--dry-run", "--json")],
      ["run", await cli("run", "config.yaml", "--json")],
      ["run", await cli("run", "config.yaml", "--resume", "--json")],
      ["run", await cli("run", "config.yaml", "--no-cache", "--max-calls", "5", "--json")],
      ["runs-list", await cli("runs", "list", "--json")],
      ["runs-show", await cli("runs", "show", "--json")],
      ["runs-merge", await cli("runs", "merge", project.runs().at(-1) ?? "", "--json")],
      ["report", await cli("report", "--json")],
      ["eval", await cli("eval", "config.yaml", "--json", "--against", "p/1")],
      ["eval", await cli("eval", "config.yaml", "--json", "--no-cache", "--max-calls", "3")],
      ["models", await cli("models", "anthropic", "--json")],
      ["models-providers", await cli("models", "--providers", "--json")],
      ["registry-list", await cli("registry", "list", "--json")],
      ["registry-show", await cli("registry", "show", "p@2", "--json")],
      ["registry-history", await cli("registry", "history", "p", "--json")],
      ["registry-diff", await cli("registry", "diff", "p/1", "p/2", "--json")],
      ["registry-deploy", await cli("registry", "deploy", "p/2", "--json")],
      ["registry-rollback", await cli("registry", "rollback", "p", "--json")],
      ["registry-verify", await cli("registry", "verify", "--json")],
      ["registry-environment-add", await cli("registry", "environment", "add", "qa", "--json")],
      ["registry-environment-list", await cli("registry", "environment", "list", "--json")],
      ["registry-upsert", await cli("registry", "upsert", "prompts/p/v1.prompt", "--json")],
      ["registry-rename-version", await cli("registry", "rename-version", "p@2", "best", "--json")],
      ["registry-export", await cli("registry", "export", "all.json", "--json")],
      ["registry-import", await cli("registry", "import", "all.json", "--registry", "copy", "--json")],
      ["registry-types", await cli("registry", "types", "--json")],
      ["registry-push", await cli("registry", "push", "p@2", "--json")],
      ["registry-pull", await cli("registry", "pull", "prompts:/p/1", "--json")],
      ["registry-move", await cli("registry", "move", "p", "q", "--json", "--registry", "copy")],
      ["registry-undeploy", await cli("registry", "undeploy", "q", "--json", "--registry", "copy")],
      ["registry-delete", await cli("registry", "delete", "q@1", "--json", "--registry", "copy")],
      ["registry-delete", await cli("registry", "delete", "q", "--yes", "--json", "--registry", "copy")],
      ["call", await cli("call", "hello", "--prompt", "hello.json", "--num-samples", "2", "--json")],
      ["serve", await ready("serve", "--config", "config.yaml")],
      ["collect-proxy", await ready("collect", "proxy")],
      [
        "collect",
        await cli("collect", "config.yaml", "--inputs", "rows.jsonl", "--dataset", "asked", "--json"),
      ],
      ["collect-import", await cli("collect", "import", "rows.jsonl", "--dataset", "imported", "--json")],
      ["migrate-plan", await cli("migrate", "config.yaml", "--dry-run", "--json")],
      ["migrate", await cli("migrate", "config.yaml", "--json")],
      ["dataset-merge", await cli("dataset", "merge", "rows", "rows.jsonl", "--json")],
      ["dataset-list", await cli("dataset", "list", "--json")],
      ["dataset-show", await cli("dataset", "show", "rows", "--json")],
      ["dataset-stats", await cli("dataset", "stats", "rows", "rows.jsonl", "--by", "inputs.text", "--json")],
      ["dataset-split", await cli("dataset", "split", "rows", "--json")],
      ["dataset-export", await cli("dataset", "export", "rows", "--output", "rows.csv", "--json")],
      ["dataset-validate", await cli("dataset", "validate", "rows", "--json")],
      ["traces-list", await cli("traces", "list", "--json")],
      ["feedback", await cli("feedback", "t1", "--rating", "1", "--json")],
      ["traces-show", await cli("traces", "show", "t1", "--json")],
      ["traces-export", await cli("traces", "export", "--output", "traces.csv", "--format", "csv", "--json")],
      ["traces-delete", await cli("traces", "delete", "t1", "--yes", "--json")],
      ["headroom", await cli("headroom", "config.yaml", "--json")],
      ["judge-check", await cli("judge", "check", "config.yaml", ...labels)],
      ["judge-check-plan", await cli("judge", "check", "config.yaml", ...labels, "--dry-run")],
      ["judge-align", await cli("judge", "align", "config.yaml", ...labels)],
      ["doctor", await cli("doctor", "config.yaml", "--json")],
      ["init", await cli("init", "new", "--json")],
      ["error", await cli("run", "missing.yaml", "--json")],
      ["error", await cli("registry", "show", "nothing", "--json")],
    ];
    // Those of a database, as the scale suite stores them.
    for (const name of ["answers-init", "answers-status", "answers-prune", "traces-init"])
      documents.push([
        name,
        JSON.parse(readFileSync(`${repository}/test/golden/json/databases/${name}.json`, "utf8")),
      ]);
    for (const [name, document] of documents) {
      const validate = await published(name);
      expect([name, validate(document), validate.errors]).toEqual([name, true, null]);
      namesEveryKey(name, document);
    }
    const untold = Object.keys(outputSchemas).filter((name) => !documents.some(([known]) => known === name));
    // A worker needs a real queue: test/scale/workers/faulty-queue.test.ts reads its document.
    expect(untold).toEqual(["worker"]);
  });

  test("several prompts, a failed one and a skipped one too", async () => {
    const project = createWorldProject();
    const { x } = project.config.optimizations.prompt_optimizations;
    project.config.prompts["q"] = { name: "q", default_template: "Say: {{text}}" };
    project.config.agents["b"] = {
      name: "b",
      model: "small",
      run: { command: ["node", "-e", "process.exit(1)"] },
    };
    const { prompt: _, ...rest } = x as { prompt?: unknown };
    project.config.optimizations.prompt_optimizations["x"] = { ...rest, prompts: ["p", "q"], agent: "b" };
    project.config.optimizations.prompt_optimizations["y"] = { ...x, name: "y" };
    project.save();
    const { json } = await project.run(["--json", "--max-calls", "30", "-j", "4"]);
    expect(json).toMatchObject({
      optimizations: [{ status: "failed", prompts: [{ prompt: "p" }, { prompt: "q" }] }, {}],
    });
    namesEveryKey("run", json);
  });
});

test("schema defaults to the config's schema; an unknown name lists the available ones", async () => {
  const { json } = await runCli(["schema"], { cwd: "." });
  expect(json).toMatchObject({ $schema: expect.stringContaining("json-schema.org") });
  expect(await runCli(["schema", "--output", "rnu"], { cwd: "." })).toMatchObject({
    exitCode: 2,
    stderr: 'error: no output named "rnu"\n  → did you mean run?\n',
  });
});
