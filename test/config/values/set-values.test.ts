import { describe, expect, test } from "vitest";
import { base, issuesOf, readText, withOptimization } from "../read-text.ts";

const path = "optimizations.prompt_optimizations.kinder";

describe("--set", () => {
  test("values are parsed as YAML, and missing maps are created", async () => {
    const config = await readText(withOptimization("budget: { usd: 1, calls: 9 }"), {
      set: [
        `${path}.num_candidates=3`,
        `${path}.budget.usd=`,
        `${path}.gate={mode: non_inferior, margin: 0.05}`,
        `${path}.scorers=[contains, {use: label}]`,
        `${path}.scorers.1.weight=2`,
        "resources.llms.small.limits.concurrency=4",
        "resources.llms.small.name=a=b",
        'prompts.greeting.default_template="Hi {{name}}"',
      ],
    });
    expect(config.optimizations.kinder).toMatchObject({
      candidatesPerStep: 3,
      budget: { calls: 9 },
      gate: { mode: "non_inferior", margin: 0.05, minGain: -0.05 },
      scorers: [
        { use: "contains", weight: 1 },
        { use: "label", weight: 2 },
      ],
    });
    expect(config.models.small?.spec).toMatchObject({ name: "a=b", limits: { concurrency: 4 } });
    expect(config.prompts.greeting?.template).toBe("Hi {{name}}");
  });

  test("placeholders in a value are replaced", async () => {
    const config = await readText(base, { set: ["resources.llms.big.stop=${env:S}"], env: { S: "END" } });
    expect(config.models.big?.spec.parameters.stop).toBe("END");
  });

  test("keys that contain dots are found", async () => {
    const text = "resources: { llms: { gpt-4.1: { name: x }, gpt-4: { name: y } } }";
    const config = await readText(text, { set: ["resources.llms.gpt-4.1.seed=1"] });
    expect(config.models["gpt-4.1"]?.spec.parameters.seed).toBe(1);
  });

  test("a shared value is set in only one place", async () => {
    const text = `
x-tags: &tags { a: "1" }
prompts: { p: { template: x, tags: *tags }, q: { template: y, tags: *tags } }
`;
    const config = await readText(text, { set: ["prompts.p.tags.a=2"] });
    expect([config.prompts.p?.tags, config.prompts.q?.tags]).toEqual([{ a: "2" }, { a: "1" }]);
  });

  test.each([
    [
      "nonsense",
      "--set nonsense  needs a path and a value; for example --set optimizations.prompt_optimizations.x.seed=7",
    ],
    ["a.b=3", "--set a.b  a: unknown key; remove it, or start its name with x-"],
    [
      `${path}.num_candidate=3`,
      `--set ${path}.num_candidate  ${path}.num_candidate: unknown key; did you mean num_candidates?`,
    ],
    [`${path}.seed=soon`, `--set ${path}.seed  ${path}.seed: must be a number, got "soon"`],
    [
      `${path}.agent.model=big`,
      `--set ${path}.agent.model  ${path}.agent refers to greeter; set agents.greeter.model`,
    ],
    [
      `${path}.dataset_name.x.y=1`,
      `--set ${path}.dataset_name.x.y  ${path}.dataset_name refers to people; set datasets.people.x.y`,
    ],
    [
      "resources.llms.big.name.x=1",
      '--set resources.llms.big.name.x  resources.llms.big.name is "gpt-4", not a map; set the whole value',
    ],
    [
      `${path}.scorers={`,
      expect.stringMatching(
        /^--set .*scorers {2}the value is not valid YAML: .*; put text with special characters in quotes$/,
      ),
    ],
    [
      `${path}.seed=*x`,
      expect.stringMatching(/^--set .*seed {2}the value is not valid YAML: Unresolved alias/),
    ],
    [
      "agents.__proto__.x=1",
      "--set agents.__proto__.x  this key is not allowed; use the dotted path of a config key",
    ],
    [
      "agents.greeter.tools=[{constructor: 1}]",
      "--set agents.greeter.tools  this key is not allowed; use the dotted path of a config key",
    ],
    ["agents..x=1", "--set agents..x  this key is not allowed; use the dotted path of a config key"],
  ])("%s", async (set, message) => {
    expect(await issuesOf(withOptimization(), { set: [set] })).toEqual([message]);
  });

  test("a missing list position", async () => {
    expect(
      await issuesOf(withOptimization("scorers: [label]"), {
        set: [`${path}.scorers.5=x`, `${path}.scorers.1.use=x`],
      }),
    ).toEqual([
      `--set ${path}.scorers.5  ${path}.scorers is a list of 1 without position 5; positions start at 0`,
      `--set ${path}.scorers.1.use  ${path}.scorers is a list of 1 without position 1; positions start at 0`,
    ]);
  });

  test("an API key from a flag is shown in no message", async () => {
    const [issue] = await issuesOf(base, { set: ["resources.llms.big.api_key={sk-very-secret-key: 1}"] });
    expect(issue).toBe("--set resources.llms.big.api_key  resources.llms.big.api_key: must be text");
  });
});
