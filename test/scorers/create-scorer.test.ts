import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ScorerSpec } from "../../src/contracts/scorer.ts";
import { createCatalog } from "../../src/plugins/catalog.ts";
import { createScorer } from "../../src/scorers/create-scorer.ts";
import { builtinScorers } from "../../src/scorers/index.ts";
import { makeJudgement, rejection } from "./fixtures.ts";

const catalog = createCatalog({ scorer: builtinScorers, optimizer: {}, model: {} });
const spec = (use: string, options: ScorerSpec["options"] = {}, weight = 1): ScorerSpec => ({
  use,
  options,
  weight,
});

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dao-opt-scorers-"));
  await writeFile(
    join(directory, "vowels.mjs"),
    "export default { name: 'vowels', create: ({ least = 1 }) => ({ score: async ({ output }) => ({ value: (output.match(/[aeiou]/g) ?? []).length >= least ? 1 : 0 }) }) };",
  );
  await writeFile(join(directory, "odd.mjs"), "export default { create: () => ({ score: () => 7 }) };");
  await writeFile(join(directory, "none.mjs"), "export default { create: () => 7 };");
  await writeFile(
    join(directory, "throws.mjs"),
    "export default { create() { throw new TypeError('bad start'); } };",
  );
});
afterAll(() => rm(directory, { recursive: true }));
const create = (...specs: ScorerSpec[]) => createScorer(specs, catalog, directory);

describe("createScorer", () => {
  it("makes one shipped scorer with its options", async () => {
    const scorer = await create(spec("exact_match", { ignore_case: true }));
    expect(await scorer.score(makeJudgement({ row: { expected: "Yes" }, output: "yes" }))).toEqual({
      value: 1,
    });
    expect(scorer.judgeCalls).toEqual({ usual: 0, most: 0 });
  });

  it("combines several, shipped and the user's, two of one kind with distinct names", async () => {
    const scorer = await create(
      spec("contains", { texts: ["a"] }),
      spec("contains", { texts: ["z"] }),
      spec("./vowels.mjs", { least: 2 }, 2),
    );
    expect(await scorer.score(makeJudgement({ output: "aie" }))).toEqual({
      value: 0.75,
      parts: { contains: 1, contains_2: 0, vowels: 1 },
      feedback: 'contains_2 0: the answer must contain "z"; got "aie"',
    });
  });

  it("guards a user's scorer by name", async () => {
    const scorer = await create(spec(join(directory, "odd.mjs")));
    expect((await rejection(scorer.score(makeJudgement()))).message).toBe(
      "rows.jsonl:7: scorer odd returned no score from 0 to 1: Invalid input: expected object, received number",
    );
  });

  it("reports invalid options with the nearest known one", async () => {
    const error = await rejection(create(spec("exact_match", { ignore_cas: true, ignore_space: "yes" })));
    expect(error).toMatchObject({
      code: "plugin_invalid",
      message:
        "scorer exact_match: options.ignore_space: Invalid input: expected boolean, received string\n" +
        "scorer exact_match: options.ignore_cas: unknown option; did you mean ignore_case?",
      hint: "options: ignore_case, ignore_space, ignore_punctuation",
    });
  });

  it("reports all mistakes of all scorers at once", async () => {
    const error = await rejection(
      create(
        spec("exact_mach"),
        spec("length"),
        spec("./none.mjs"),
        spec("./throws.mjs"),
        spec("./missing.mjs"),
      ),
    );
    expect(error.message.split("\n")).toEqual([
      'no scorer named "exact_mach"; did you mean exact_match?',
      "scorer length: options: set at least one of: min_chars, max_chars, min_words, max_words, min_tokens, max_tokens; options: min_chars, max_chars, min_words, max_words, min_tokens, max_tokens, graded",
      "scorer none: create() returned no object with a score() function; return { score: async ({ example, output }) => ({ value: 0…1 }) }",
      "scorer throws could not be created: bad start",
      `no module at ${join(directory, "missing.mjs")}; paths are relative to the config file`,
    ]);
  });

  it("rejects an empty list", async () => {
    expect((await rejection(create())).message).toBe("no scorer is configured");
  });
});
