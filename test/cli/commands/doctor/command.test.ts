import { describe, expect, test } from "vitest";
import { doctorOutputSchema } from "../../../../src/cli/commands/doctor/output.ts";
import { ModelError } from "../../../../src/core/errors.ts";
import { createWorldProject } from "../../../support/world-project.ts";

describe("doctor", () => {
  test("checks node, folders and keys, without a call", async () => {
    const project = createWorldProject();
    project.config.resources.llms["real"] = { name: "gpt-4o", provider: "openai" };
    project.config.resources.llms["local"] = { name: "llama3", provider: "ollama" };
    project.save();
    const { exitCode, json } = await project.cli(["doctor", "config.yaml", "--json"]);
    const { ok, checks } = doctorOutputSchema.parse(json);
    expect([exitCode, ok]).toEqual([1, false]);
    expect(checks.filter((check) => !check.ok)).toEqual([
      {
        name: "model real",
        ok: false,
        message: "gpt-4o (openai) has no key",
        hint: "set OPENAI_API_KEY, or api_key of resources.llms.real",
      },
    ]);
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "Node",
        "dao-opt",
        "config",
        "registry folder",
        "state folder",
        "model small",
        "model local",
      ]),
    );
    expect(project.world.calls).toEqual([]);
    expect(
      (await project.cli(["doctor", "config.yaml"], { env: { OPENAI_API_KEY: "sk-1234567890" } })).exitCode,
    ).toBe(0);
  });

  test("checks the data and plug-ins of a config too", async () => {
    const project = createWorldProject({ optimization: { scorers: ["exact_mach"] } });
    const { exitCode, json } = await project.cli(["doctor", "config.yaml", "--json"]);
    expect(exitCode).toBe(2);
    expect(doctorOutputSchema.parse(json).checks.find(({ name }) => name === "config")).toMatchObject({
      ok: false,
      message: expect.stringMatching(
        /^config\.yaml:\d+:\d+ {2}optimizations\.prompt_optimizations\.x\.scorers\.0: no scorer named "exact_mach"; did you mean exact_match\?$/,
      ),
    });
  });

  test("--online calls each model once; an invalid key exits 4", async () => {
    const project = createWorldProject();
    const fine = await project.cli(["doctor", "config.yaml", "--online"]);
    expect(fine.exitCode).toBe(0);
    expect(fine.stdout).toMatch(/ok {3}model small: small \(.*world-model\.js\) answered in \d+ ms\n/);
    expect(project.world.calls.sort()).toEqual(["large", "small"]);
    project.world.answer = () => new ModelError("the key is wrong", { kind: "auth", hint: "set it" });
    const { exitCode, stdout } = await project.cli(["doctor", "config.yaml", "--online"]);
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/fail model small: .*the key is wrong\n {5}→ set it\n/);
  });

  test("an invalid config exits 2, and the remaining checks still run", async () => {
    const project = createWorldProject({ optimization: { num_candidate: 1 } });
    const { exitCode, stdout } = await project.cli(["doctor", "config.yaml"]);
    expect(exitCode).toBe(2);
    expect(stdout).toContain("fail config: config.yaml:");
    expect(stdout).toMatch(/ok {3}registry folder: .*\/prompts \(will be created\)/);
  });
});
