import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { outputSchemas } from "../../src/cli/output/index.ts";
import { runCli } from "../support/run-cli.ts";
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

describe("every --json document fits the schema that `schema --output` prints, and says nothing it does not name", () => {
  test("of every command", async () => {
    const project = createWorldProject({ optimization: { source_model: "large", deploy_to: "staging" } });
    const cli = async (...args: readonly string[]) => (await project.cli(args)).json;
    const documents: (readonly [string, unknown])[] = [
      ["validate", await cli("validate", "config.yaml", "--json")],
      ["plan", await cli("run", "config.yaml", "--dry-run", "--json")],
      ["run", await cli("run", "config.yaml", "--json")],
      ["run", await cli("run", "config.yaml", "--resume", "--json")],
      ["run", await cli("run", "config.yaml", "--no-cache", "--max-calls", "5", "--json")],
      ["runs-list", await cli("runs", "list", "--json")],
      ["runs-show", await cli("runs", "show", "--json")],
      ["report", await cli("report", "--json")],
      ["eval", await cli("eval", "config.yaml", "--json", "--against", "p/1")],
      ["eval", await cli("eval", "config.yaml", "--json", "--no-cache", "--max-calls", "3")],
      ["registry-list", await cli("registry", "list", "--json")],
      ["registry-show", await cli("registry", "show", "p@2", "--json")],
      ["registry-history", await cli("registry", "history", "p", "--json")],
      ["registry-diff", await cli("registry", "diff", "p/1", "p/2", "--json")],
      ["registry-deploy", await cli("registry", "deploy", "p/2", "--json")],
      ["registry-rollback", await cli("registry", "rollback", "p", "--json")],
      ["registry-verify", await cli("registry", "verify", "--json")],
      ["doctor", await cli("doctor", "config.yaml", "--json")],
      ["init", await cli("init", "new", "--json")],
      ["error", await cli("run", "missing.yaml", "--json")],
      ["error", await cli("registry", "show", "nothing", "--json")],
    ];
    for (const [name, document] of documents) {
      const validate = await published(name);
      expect([name, validate(document), validate.errors]).toEqual([name, true, null]);
      namesEveryKey(name, document);
    }
    const untold = Object.keys(outputSchemas).filter((name) => !documents.some(([known]) => known === name));
    expect(untold).toEqual([]);
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

test("schema without a name is the config's, a wrong name is told with what there is", async () => {
  const { json } = await runCli(["schema"], { cwd: "." });
  expect(json).toMatchObject({ $schema: expect.stringContaining("json-schema.org") });
  expect(await runCli(["schema", "--output", "rnu"], { cwd: "." })).toMatchObject({
    exitCode: 2,
    stderr: 'error no output named "rnu"\n  → did you mean run?\n',
  });
});
