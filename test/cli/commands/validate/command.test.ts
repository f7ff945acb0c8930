import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { validateOutputSchema } from "../../../../src/cli/commands/validate/command.ts";
import { errorOutputSchema } from "../../../../src/cli/output/error-output.ts";
import { openRegistry } from "../../../../src/registry/open-registry.ts";
import { createWorldProject } from "../../../support/world-project.ts";

describe("validate", () => {
  test("prints what a run would need, calls nothing, and lists ignored keys", async () => {
    const project = createWorldProject({ optimization: { budget: { tokens: 900_000 } } });
    Object.assign(project.config, { tools: { x: { name: "x" } } });
    project.save();
    const { json } = await project.cli(["validate", "config.yaml", "--json"]);
    const { exitCode, stdout } = await project.cli(["validate", "config.yaml"]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`p: base is the config's template (the registry does not have the prompt yet)
x: scorer exact_match, chosen because every expected answer is short
max_tokens 4096 is sent to large, small, to bound the budget; set your own max_tokens to replace it
ignored sections: tools
x: 60 rows
config.yaml is valid
`);
    expect(validateOutputSchema.parse(json)).toMatchObject({
      ok: true,
      optimizations: [{ name: "x", rows: 60 }],
      ignored: ["tools"],
    });
    expect(project.world.calls).toEqual([]);
  });

  test("warns of few rows and of near-duplicates", async () => {
    const few = await createWorldProject({ rows: 5 }).cli(["validate", "config.yaml"]);
    expect(few.stderr).toContain(
      "warning: d: 5 rows; under 20 no gain can be significant. Collect 20 to 50 diverse rows or more\n",
    );
    const alike = createWorldProject();
    const row = (at: number) => ({
      inputs: {
        text: `The very same long complaint about a parcel that never came, told once more, number ${at}`,
      },
      expected_response: "no",
    });
    writeFileSync(
      join(alike.directory, "rows.jsonl"),
      Array.from({ length: 40 }, (_, at) => `${JSON.stringify(row(at))}\n`).join(""),
    );
    expect((await alike.cli(["validate", "config.yaml"])).stderr).toMatch(
      /warning: d: \d+ % of the rows are near-duplicates of others; use more diverse rows\n/,
    );
  });

  test("reports problems of text, data, plugins and prompts at once, each with its position", async () => {
    const project = createWorldProject({
      base: "Answer {{txt}}",
      optimization: { scorers: ["exact_mach"], optimizer: "gepas", dataset_name: "e" },
    });
    const { exitCode, json } = await project.cli(["validate", "config.yaml", "--json"]);
    expect(exitCode).toBe(2);
    const { issues } = errorOutputSchema.parse(json).error;
    const path = "optimizations.prompt_optimizations.x";
    expect(issues.map((issue) => [issue.path, issue.message, issue.hint])).toEqual([
      [`${path}.dataset_name`, 'no dataset named "e"', "did you mean d?"],
      [`${path}.optimizer`, 'no optimizer named "gepas"', "did you mean gepa?"],
      [`${path}.scorers.0`, 'no scorer named "exact_mach"', "did you mean exact_match?"],
    ]);
    expect(validateOutputSchema.parse(json)).toMatchObject({
      ok: false,
      config: "config.yaml",
      warnings: [],
      issues,
    });
    expect(issues.every(({ line, column }) => line !== null && (column ?? 0) > 0)).toBe(true);
  });

  test("validate, run, a dry run and eval reject a config with the same message, and call nothing", async () => {
    const project = createWorldProject({
      base: "Answer {text}",
      optimization: { scorers: ["exact_mach"], steps: 3, budget: { calls: 2 } },
    });
    const outputs = await Promise.all(
      [["validate"], ["run"], ["run", "--dry-run"], ["eval"]].map(async ([command = "", ...flags]) => {
        const { exitCode, stderr } = await project.cli([command, "config.yaml", ...flags]);
        expect(exitCode).toBe(2);
        return stderr;
      }),
    );
    expect(new Set(outputs).size).toBe(1);
    expect(outputs[0]).toContain("3 problems in the config");
    expect(outputs[0]).toContain("so every row gets the same prompt; write {{text}} for {text}");
    expect(outputs[0]).toContain(".steps: unknown key; did you mean max_steps?");
    expect(project.world.calls).toEqual([]);
  });

  test("--json includes warnings beside the issues, each with its position", async () => {
    const project = createWorldProject({ optimization: { steps: 3 } });
    Object.assign(project.config.resources.llms, {
      third: { name: "m", base_url: "https://api.openai.com/v1/chat/completions", api_key: "k" },
    });
    project.save();
    const { json } = await project.cli(["validate", "config.yaml", "--json"]);
    const { ok, issues, warnings } = validateOutputSchema.parse(json);
    expect(ok).toBe(false);
    expect(issues).toMatchObject([
      {
        file: "config.yaml",
        path: "optimizations.prompt_optimizations.x.steps",
        message: "unknown key",
        hint: "did you mean max_steps?",
      },
    ]);
    expect(warnings).toEqual([
      {
        file: "config.yaml",
        line: expect.any(Number),
        column: expect.any(Number),
        path: "resources.llms.third.base_url",
        message: "ends in /chat/completions, which is appended automatically",
        hint: "write https://api.openai.com/v1",
      },
    ]);
  });

  test("a template the rows do not fill is reported with the first row", async () => {
    const { stderr } = await createWorldProject({ base: "Answer {{txt}}" }).cli(["validate", "config.yaml"]);
    expect(stderr).toMatch(
      /^error: config\.yaml:\d+:\d+ {2}prompts\.p: the template needs txt, but \S*rows\.jsonl:1 gives text; did you mean text\?\n$/,
    );
  });

  test("a config without optimizations is valid", async () => {
    const project = createWorldProject();
    Object.assign(project.config, { optimizations: undefined });
    project.save();
    expect((await project.cli(["validate", "config.yaml"])).stdout).toBe(
      "the config has no optimization\nconfig.yaml is valid\n",
    );
    const { exitCode, stderr } = await project.run();
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      "nothing to optimize: there are no entries; add one, or start from `dao-opt init`",
    );
  });

  test("warns of models without a key, which a run rejects, and of parameters a known model does not support", async () => {
    const project = createWorldProject();
    Object.assign(project.config, {
      resources: {
        llms: {
          small: { name: "o3-new", provider: "openai", top_p: 0.5 },
          large: { name: "claude", provider: "openai", base_url: "https://gateway.invalid/v1" },
        },
      },
    });
    project.save();
    const { exitCode, json } = await project.cli(["validate", "config.yaml", "--json"]);
    expect(exitCode).toBe(0);
    const { warnings } = validateOutputSchema.parse(json);
    expect(warnings).toMatchObject([
      {
        path: "resources.llms.small.top_p",
        message: expect.stringMatching(/^o3-new does not accept top_p/),
      },
      {
        path: "resources.llms.small",
        message: expect.stringMatching(/^no API key for model "o3-new"/),
        hint: expect.stringContaining("OPENAI_API_KEY"),
      },
      { path: "resources.llms.large", message: expect.stringMatching(/^no API key for model "claude"/) },
    ]);
    for (const { file, line, column } of warnings) {
      expect(file).toBe("config.yaml");
      expect([line, column]).toEqual([expect.any(Number), expect.any(Number)]);
    }
    const text = await project.cli(["validate", "config.yaml"]);
    expect(text.stderr).toContain("o3-new does not accept top_p");
    expect(text.stdout).not.toContain("top_p");
    const run = await project.cli(["run", "config.yaml"]);
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('no API key for model "o3-new"');
    expect(run.stderr).toContain("OPENAI_API_KEY");
  });

  test("reports that the registry's version overrides the config's template, unless version: config", async () => {
    const project = createWorldProject();
    const registry = openRegistry(join(project.directory, "prompts"));
    const draft = { path: "p", templateLanguage: "default", model: { model: "m" } } as const;
    await registry.upsert({ ...draft, template: "First {{text}}" });
    await registry.upsert({ ...draft, template: "Second {{text}}" });
    const warned = await project.cli(["validate", "config.yaml"]);
    expect(warned.stderr.replace(/\s+/g, " ")).toMatch(
      /warning: config\.yaml:\d+:\d+ prompts\.p\.(default_)?template: version 2 of the registry is used, .*set `version: config` to start from the config/,
    );
    Object.assign(project.config.prompts["p"] ?? {}, { version: "config" });
    project.save();
    const { stderr, stdout } = await project.cli(["validate", "config.yaml"]);
    expect(stderr).toBe("");
    expect(stdout).toContain("p: base is the config's template (version: config)");
  });
});
