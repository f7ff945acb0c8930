import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/errors.ts";
import { createMemoryRegistry } from "../../src/registry/create-memory-registry.ts";
import { resolveWorld } from "../support/resolve-world.ts";
import { basePrompt, createWorldProject, modulePath } from "../support/world-project.ts";

const model = { model: "small", provider: "openai" };
const draft = (template: string) => ({ path: "p", template, templateLanguage: "default" as const, model });

describe("the base of a prompt", () => {
  test("is the config's template, otherwise the registry's latest, and the notes name it", async () => {
    const world = createWorldProject();
    const registry = createMemoryRegistry();
    const fresh = await resolveWorld(world, { registry });
    expect(fresh.optimizations[0]?.prompts[0]).toMatchObject({
      key: "p",
      path: "p",
      template: basePrompt,
      baseVersion: null,
    });
    expect(fresh.notes[0]).toBe(
      "p: base is the config's template (the registry does not have the prompt yet)",
    );
    await registry.upsert(draft("One {{text}}"));
    await registry.upsert(draft("Two {{text}}"));
    const known = await resolveWorld(world, { registry });
    expect(known.optimizations[0]?.prompts[0]).toMatchObject({ template: "Two {{text}}", baseVersion: 2 });
    expect(known.notes[0]).toBe("p: base is version 2 of the registry");
  });

  test("is the named version or alias, or the version pinned by an earlier run", async () => {
    const world = createWorldProject();
    const registry = createMemoryRegistry();
    await registry.upsert(draft("One {{text}}"));
    await registry.upsert(draft("Two {{text}}"));
    await registry.deploy("p@1", "staging");
    const version = async (prompt: object, pins?: ReadonlyMap<string, number | null>) => {
      world.config.prompts["p"] = { name: "p", default_template: basePrompt, ...prompt };
      world.save();
      const project = await resolveWorld(world, { registry, ...(pins === undefined ? {} : { pins }) });
      return project.optimizations[0]?.prompts[0]?.baseVersion;
    };
    expect(await version({ version: 1 })).toBe(1);
    expect(await version({ alias: "staging" })).toBe(1);
    expect(await version({}, new Map([["p", 1]]))).toBe(1);
    expect(await version({}, new Map([["p", null]]))).toBeNull();
    // An alias may have moved since; a version written in the config takes precedence.
    await registry.deploy("p@2", "staging");
    expect(await version({ alias: "staging" }, new Map([["p", 1]]))).toBe(1);
    expect(await version({ version: 2 }, new Map([["p", 1]]))).toBe(2);
  });

  test.each([{ version: 9 }, { alias: "champion" }])(
    "is the config's template, with a warning, if nothing is registered for %j",
    async (selector) => {
      const world = createWorldProject();
      const registry = createMemoryRegistry();
      world.config.prompts["p"] = { name: "p", default_template: basePrompt, ...selector };
      world.save();
      const fresh = await resolveWorld(world, { registry });
      expect(fresh.optimizations[0]?.prompts[0]).toMatchObject({ template: basePrompt, baseVersion: null });
      const [field = ""] = Object.keys(selector);
      expect(fresh.warnings).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `prompts\\.p\\.${field}: the registry has no prompt p yet; the config's template is used$`,
          ),
        ),
      );
      await registry.upsert(draft("One {{text}}"));
      await expect(resolveWorld(world, { registry })).rejects.toThrow(/p/);
      const resumed = await resolveWorld(world, { registry, pins: new Map([["p", null]]) });
      expect(resumed.optimizations[0]?.prompts[0]).toMatchObject({ template: basePrompt, baseVersion: null });
    },
  );

  test("reports a missing version with its position", async () => {
    const world = createWorldProject();
    world.config.prompts["p"] = { name: "p", version: 9 };
    world.save();
    await expect(resolveWorld(world)).rejects.toThrow('no prompt named "p"');
    world.config.prompts["p"] = { name: "p" };
    world.save();
    await expect(resolveWorld(world)).rejects.toThrow(
      /prompts\.p: the registry has no prompt p, and the config has no template for it; add default_template/,
    );
  });
});

describe("datasets", () => {
  test("may be collected earlier; an unknown name is reported with the known ones", async () => {
    const world = createWorldProject({ optimization: { dataset_name: "traced" } });
    await expect(resolveWorld(world)).rejects.toMatchObject({
      message: 'no dataset named "traced"',
      hint: "there are: d; declare it under `datasets` with the path of its file, or collect it with `dao-opt collect`",
    });
    const folder = join(world.directory, ".dao-opt/datasets");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "traced.jsonl"), world.read("rows.jsonl"));
    const project = await resolveWorld(world);
    expect(project.optimizations[0]?.dataset).toMatchObject({ name: "traced", rowsRead: 60 });
    for (const { dataset } of project.optimizations) await dataset.close();
  });

  test("rows skipped by on_bad_row: skip are counted in a warning", async () => {
    const world = createWorldProject({ optimization: { on_bad_row: "skip" } });
    writeFileSync(join(world.directory, "rows.jsonl"), `${world.read("rows.jsonl")}{"oops"\n`);
    expect((await resolveWorld(world)).warnings).toEqual(["d: 1 rows left out (on_bad_row: skip)"]);
  });

  test("an empty part is an error", async () => {
    const world = createWorldProject();
    const rows = Array.from({ length: 30 }, (_, at) => ({ text: `row ${at}`, label: "yes", team: "one" }));
    writeFileSync(
      join(world.directory, "rows.jsonl"),
      rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
    );
    world.config.datasets["d"] = {
      path: "./rows.jsonl",
      inputs: { text: "text" },
      expected: "label",
      split: { by: "team" },
    };
    world.save();
    await expect(resolveWorld(world)).rejects.toThrow(
      /the (train|validation) part of dataset d is empty; give it a larger share or more rows/,
    );
  });
});

describe("optimizations", () => {
  test("are chosen by key or name, each once, in config order", async () => {
    const world = createWorldProject();
    world.config.optimizations.prompt_optimizations["second"] = {
      ...world.config.optimizations.prompt_optimizations["x"],
      name: "other",
    };
    world.save();
    const names = async (only?: readonly string[]) =>
      (await resolveWorld(world, only === undefined ? {} : { only })).optimizations.map(
        ({ config }) => config.name,
      );
    expect(await names()).toEqual(["x", "other"]);
    expect(await names(["other", "x", "second"])).toEqual(["other", "x"]);
    expect(await names([])).toEqual(["x", "other"]);
  });

  test("with several prompts need an application", async () => {
    const world = createWorldProject();
    world.config.prompts["q"] = { name: "q", default_template: "x" };
    const { prompt: _, ...x } = (world.config.optimizations.prompt_optimizations["x"] ?? {}) as {
      prompt?: unknown;
    };
    world.config.optimizations.prompt_optimizations["x"] = { ...x, prompts: ["p", "q"] };
    world.save();
    await expect(resolveWorld(world)).rejects.toThrow(
      /x: 2 prompts, but agent "a" makes one model call with a single prompt; set `run` on the agent, so that your application uses each prompt/,
    );
  });

  test("unknown plugin options are reported by position; paths are relative to the config's folder", async () => {
    const world = createWorldProject({
      optimization: { scorers: [{ use: "numeric", options: { tolerance: -1 } }] },
    });
    await expect(resolveWorld(world)).rejects.toThrow(/scorers\.0\.options\.tolerance: scorer numeric: /);
    const fine = await resolveWorld(createWorldProject());
    expect(fine.optimizations[0]?.optimizer.use).toMatch(/^\.\.\/.*world-engine\.js$/);
    expect(fine.models["small"]?.provider).not.toBe(modulePath("world-model"));
  });

  test("engines opened by an engine are checked too, each at its position", async () => {
    const race = (engines: readonly unknown[]) =>
      createWorldProject({ optimization: { optimizer: { use: "race", options: { engines } } } });
    const wrong = race(["gepa", "gepaa", { use: "gepa", options: { minibatch: 3 } }, "race", "./none.js"]);
    const error: unknown = await resolveWorld(wrong).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    const at = "optimizations.prompt_optimizations.x.optimizer.options.engines";
    expect((error as ConfigError).issues.map(({ path, message }) => [path, message])).toEqual(
      expect.arrayContaining([
        [`${at}.1`, expect.stringContaining("gepaa")],
        [`${at}.2.options.minibatch`, "optimizer gepa: unknown option"],
        [`${at}.3`, "race runs other engines and cannot be run by race"],
        [`${at}.4`, expect.stringMatching(/^no module at .*none\.js$/)],
      ]),
    );
    expect((error as ConfigError).issues).toHaveLength(4);
    for (const { line } of (error as ConfigError).issues) expect(line).toBeGreaterThan(1);
    const own = race(["gepa", { use: modulePath("world-engine"), options: { world: 1 } }]);
    const fine = await resolveWorld(own);
    expect(fine.optimizations[0]?.optimizer.use).toBe("race");
  });

  test("all problems of all optimizations are in one error", async () => {
    const world = createWorldProject({ optimization: { optimizer: "nope" } });
    world.config.optimizations.prompt_optimizations["second"] = {
      ...world.config.optimizations.prompt_optimizations["x"],
      name: "second",
      dataset_name: "none",
    };
    world.save();
    const error: unknown = await resolveWorld(world).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).issues.map(({ path }) => path)).toEqual([
      "optimizations.prompt_optimizations.x.optimizer",
      "optimizations.prompt_optimizations.second.dataset_name",
    ]);
  });

  test("the default scorer depends on the data and is reported", async () => {
    const world = createWorldProject();
    const short = await resolveWorld(world);
    expect(short.notes).toContain("x: scorer exact_match, chosen because every expected answer is short");
    writeFileSync(
      join(world.directory, "rows.jsonl"),
      Array.from(
        { length: 25 },
        (_, at) =>
          `${JSON.stringify({ inputs: { text: `t${at}` }, expected_response: `a long answer of more words than five, ${at}` })}\n`,
      ).join(""),
    );
    const long = await resolveWorld(world);
    expect(long.optimizations[0]).toMatchObject({ isDefaultScorer: true, scorers: [{ use: "equivalence" }] });
    expect(long.notes).toContain("x: scorer equivalence, chosen because expected answers are longer texts");
  });
});
