import { beforeEach, describe, expect, test } from "vitest";
import type { PromptVersion } from "../../../src/contracts/registry.ts";
import { createMemoryRegistry } from "../../../src/registry/create-memory-registry.ts";
import { evalTargetsOf } from "../../../src/run/evaluate/eval-targets.ts";
import { planOf } from "../../support/lab-world.ts";

const prompt = (path: string) => ({
  key: path,
  path,
  template: `Base of ${path}`,
  templateLanguage: "default" as const,
  baseVersion: null,
  locked: [],
  tags: {},
});
const plan = (name: string, ...paths: string[]) => planOf({ name, prompts: paths.map(prompt) });
const shown = (evalTargets: ReturnType<typeof evalTargetsOf>) =>
  evalTargets.map((list) =>
    list.map((one) => [
      one.reference,
      one.modelKey,
      one.plan.prompts.map(({ template }) => template).join(" | "),
    ]),
  );

let version: (path: string) => Promise<PromptVersion>;
beforeEach(() => {
  const registry = createMemoryRegistry();
  version = async (path) =>
    (
      await registry.upsert({
        path,
        template: `New of ${path}`,
        templateLanguage: "default",
        model: { model: "m", provider: "openai" },
      })
    ).version;
});

describe("contenders", () => {
  test("are the base, and the source model if there is one", () => {
    const withSource = planOf({
      models: { target: "small", reflection: "small", judge: "small", source: "large" },
    });
    const [list] = evalTargetsOf([withSource], []);
    expect(list?.map(({ reference, modelKey, usesAgent }) => [reference, modelKey, usesAgent])).toEqual([
      ["base", "small", true],
      ["source", "large", false],
    ]);
  });

  test("a version replaces its own prompt", async () => {
    const plans = [plan("one", "a", "b"), plan("two", "c")];
    expect(shown(evalTargetsOf(plans, [await version("b"), await version("c")]))).toEqual([
      [
        ["base", "small", "Base of a | Base of b"],
        ["prompts:/b/1", "small", "Base of a | New of b"],
      ],
      [
        ["base", "small", "Base of c"],
        ["prompts:/c/1", "small", "New of c"],
      ],
    ]);
  });

  test("another prompt's version may replace the only prompt, but not one of several", async () => {
    const other = await version("other");
    expect(shown(evalTargetsOf([plan("one", "a")], [other]))).toEqual([
      [
        ["base", "small", "Base of a"],
        ["prompts:/other/1", "small", "New of other"],
      ],
    ]);
    expect(() => evalTargetsOf([plan("one", "a"), plan("two", "b")], [other])).toThrow(
      "prompts:/other/1 is not a version of any prompt in this config",
    );
  });
});
