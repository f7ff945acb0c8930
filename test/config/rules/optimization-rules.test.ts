import { describe, expect, test } from "vitest";
import { base, issuesOf, readText, withOptimization } from "../read-text.ts";

const path = "optimizations.prompt_optimizations.kinder";

test.each([
  [
    "prompt: greeting\nprompts: [greeting]",
    `config.yaml:19:7  ${path}.prompts: both prompt and prompts are set; keep one of them`,
  ],
  [
    "prompts: [greeting, greeting]",
    `config.yaml:18:27  ${path}.prompts.1: greeting is listed twice; remove one of them`,
  ],
  ["prompts: []", `config.yaml:18:7  ${path}.prompts: must not be empty`],
  [
    "dataset: other",
    `config.yaml:18:7  ${path}.dataset: both dataset_name and dataset are set; keep one of them`,
  ],
  [
    "gate: { margin: 0.1 }",
    `config.yaml:18:15  ${path}.gate.margin: requires mode: non_inferior; set the mode, or use min_gain`,
  ],
  [
    "gate: { confidence: 95 }",
    `config.yaml:18:15  ${path}.gate.confidence: must be less than 1, got 95; 95 % is 0.95`,
  ],
  [
    "objectives: { quality: 0 }",
    `config.yaml:18:7  ${path}.objectives: all weights are 0; set a weight for quality, for example 1`,
  ],
  [
    "select: best\nobjectives: { select: best }",
    `config.yaml:19:21  ${path}.objectives.select: select is set twice; keep the one next to objectives`,
  ],
  ["select: cheapest", `config.yaml:18:7  ${path}.select: must be best or a map, got "cheapest"`],
  [
    "deploy_to: latest",
    `config.yaml:18:7  ${path}.deploy_to: latest always means the newest version and cannot be deployed to; for example staging or production`,
  ],
  [
    "deploy_to: '3'",
    `config.yaml:18:7  ${path}.deploy_to: 3 would be read as a version number; for example staging or production`,
  ],
  [
    "deploy_to: a/b",
    `config.yaml:18:7  ${path}.deploy_to: an environment's name may contain only letters, digits, space, _ . and -; for example staging or production`,
  ],
  ["budget: { calls: 0 }", `config.yaml:18:17  ${path}.budget.calls: must be greater than 0, got 0`],
  ["budget: { dollars: 1 }", `config.yaml:18:17  ${path}.budget.dollars: unknown key; did you mean usd?`],
  ["on_bad_row: ignore", `config.yaml:18:7  ${path}.on_bad_row: must be fail or skip, got "ignore"`],
  ["optimizer: { options: {} }", `config.yaml:18:7  ${path}.optimizer.use: is missing`],
  ["max_steps: 'many'", `config.yaml:18:7  ${path}.max_steps: must be a number, got "many"`],
])("%j", async (fields, message) => {
  expect(await issuesOf(withOptimization(fields))).toEqual([message]);
});

test("missing keys", async () => {
  const text = `resources: { llms: { m: { name: m } } }
agents: { a: { model: m } }
optimizations:
  prompt_optimizations:
    x: { agent: a }
    y: { prompt: p, dataset_name: d }
`;
  expect(await issuesOf(text)).toEqual([
    "config.yaml:5:5  optimizations.prompt_optimizations.x.dataset_name: is missing; name an entry of `datasets`, or a dataset collected earlier",
    "config.yaml:5:5  optimizations.prompt_optimizations.x.prompt: is missing; set a prompt here or on the agent",
    "config.yaml:6:5  optimizations.prompt_optimizations.y.agent: is missing",
  ]);
});

test("two optimizations of one name", async () => {
  const text = `${withOptimization("name: same")}    other: { name: same, agent: greeter, dataset_name: people }\n`;
  expect(await issuesOf(text)).toEqual([
    `config.yaml:19:14  optimizations.prompt_optimizations.other.name: duplicate name: ${path} is also called same; rename one of them`,
  ]);
});

describe("a budget in US dollars", () => {
  test("is accepted with known prices", async () => {
    const config = await readText(withOptimization("budget: { usd: 2 }"));
    expect(config.optimizations["kinder"]?.budget).toEqual({ usd: 2 });
    expect(config.models["small"]?.spec.price).toEqual({ input: 0.15, output: 0.6, cachedInput: 0.075 });
  });

  test("is rejected if a price is unknown: offline models, unlisted ones, fallbacks", async () => {
    const text = withOptimization("budget: { usd: 2 }\nreflection_model: local\nscorer_model: odd").replace(
      "  llms:\n",
      "  llms:\n    local: { name: gpt-4o, provider: offline }\n    odd: { name: gpt-4o, fallbacks: [own] }\n    own: { name: my-llama }\n",
    );
    expect(await issuesOf(text)).toEqual([
      `config.yaml:21:17  ${path}.budget.usd: no price is known for local (gpt-4o), own (my-llama), so a cap in US dollars cannot be enforced; set resources.llms.local.price, resources.llms.own.price, or cap calls, tokens or minutes instead`,
    ]);
  });

  test("is rejected if the source model's price is unknown", async () => {
    const text = withOptimization("budget: { usd: 2 }\nsource_model: own").replace(
      "  llms:\n",
      "  llms:\n    own: { name: my-llama }\n",
    );
    expect(await issuesOf(text)).toEqual([
      expect.stringContaining(
        "no price is known for own (my-llama), so a cap in US dollars cannot be enforced",
      ),
    ]);
  });

  test("uses a price from the file", async () => {
    const text = withOptimization("budget: { usd: 2 }").replace(
      "gpt-4o-mini",
      "my-llama, price: { input: 1, output: 2 }",
    );
    const config = await readText(text);
    expect(config.models["small"]?.spec.price).toEqual({ input: 1, output: 2 });
  });
});

describe("in long form", () => {
  test("every key", async () => {
    const text = `${withOptimization(`
name: Kinder
prompts: [greeting]
reflection_model: big
source_model: big
num_candidates: 2
temperature: 0.9
optimizer: { use: ./my-engine.js, options: { size: 3 } }
scorers: [label, { use: ./mine.js, weight: 2, options: { a: 1 } }]
budget: { calls: 1000, tokens: 5, minutes: 20 }
gate: { mode: non_inferior, confidence: 0.9 }
objectives: { prompt_tokens: 0.1 }
select: { cheapest_within: 0.01 }
patience: 1
on_bad_row: skip
max_error_rate: 0
deploy_to: staging
seed: 3`)}`;
    const config = await readText(text);
    expect(config.optimizations["kinder"]).toEqual({
      key: "kinder",
      name: "Kinder",
      prompts: ["greeting"],
      agent: "greeter",
      dataset: "people",
      reflectionModel: "big",
      scorerModel: "small",
      sourceModel: "big",
      candidatesPerStep: 2,
      maxSteps: null,
      reflectionTemperature: 0.9,
      optimizer: { use: `${config.directory}/my-engine.js`, options: { size: 3 }, path: `${path}.optimizer` },
      scorers: [
        { use: "label", options: {}, path: `${path}.scorers.0`, weight: 1 },
        { use: `${config.directory}/mine.js`, options: { a: 1 }, path: `${path}.scorers.1`, weight: 2 },
      ],
      budget: { calls: 1000, tokens: 5, minutes: 20 },
      gate: { mode: "non_inferior", minGain: -0.02, margin: 0.02, confidence: 0.9 },
      objectives: { quality: 1, promptTokens: 0.1 },
      select: { kind: "cheapest_within", margin: 0.01 },
      patience: 1,
      onBadRow: "skip",
      maxErrorRate: 0,
      deployTo: "staging",
      seed: 3,
    });
  });

  test("steps are unlimited if only a budget is set", async () => {
    const steps = async (fields: string) =>
      (await readText(withOptimization(fields))).optimizations["kinder"]?.maxSteps;
    expect(await steps("")).toBe(3);
    expect(await steps("budget: { calls: 10 }")).toBeNull();
    expect(await steps("budget: { calls: 10 }\nmax_steps: 2")).toBe(2);
    expect(await steps("budget: {}")).toBe(3);
  });

  test("the reflection's temperature: as set, else the model's own, else 0", async () => {
    const temperature = async (fields: string) =>
      (await readText(withOptimization(fields))).optimizations["kinder"]?.reflectionTemperature;
    expect(await temperature("")).toBe(0);
    expect(await temperature("reflection_model: { name: x, temperature: 0.4 }")).toBe(0.4);
    expect(await temperature("reflection_model: { name: x, temperature: 0.4 }\ntemperature: 0")).toBe(0);
  });

  test("a dataset object that only names one is a dataset collected earlier", async () => {
    const text = `${base}optimizations:
  prompt_optimizations:
    x: { agent: greeter, dataset: { name: collected } }
    y: { agent: greeter, dataset: { path: ./y.csv, expected: label } }
`;
    const config = await readText(text);
    expect(config.optimizations["x"]?.dataset).toBe("collected");
    expect(config.optimizations["y"]?.dataset).toBe("y_dataset");
    expect(config.datasets["y_dataset"]?.spec.expected).toBe("label");
  });
});
