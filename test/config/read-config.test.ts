import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/read-config.ts";
import { base, issuesOf, readText, withOptimization } from "./read-text.ts";

const seedExample = `
schemas:
  main_schema: &main_schema { catalog_name: main, schema_name: default }
resources:
  llms:
    gpt_4: &gpt_4
      name: gpt-4
      temperature: 0.1
    
    gpt_4o_mini: &gpt_4o_mini
      name: gpt-4o-mini
      temperature: 0.1

prompts:
  sentiment_classifier: &sentiment_classifier
    name: sentiment_classifier
    schema: *main_schema
    default_template: |
      Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.
      Text: {{text}}

agents:
  sentiment_agent: &sentiment_agent
    name: sentiment_agent
    model: *gpt_4o_mini  # Target model
    prompt: *sentiment_classifier

optimizations:
  prompt_optimizations:
    optimize_sentiment:
      name: optimize_sentiment
      prompt: *sentiment_classifier
      agent: *sentiment_agent
      dataset_name: sentiment_migration_dataset
      
      # Optional parameters
      reflection_model: *gpt_4      # Use source model for reflection
      num_candidates: 5             # Generate 5 candidate prompts
      max_steps: 3                  # Maximum 3 optimization steps
      scorer_model: *gpt_4          # Use source model for scoring
`;

describe("the published dao-ai example", () => {
  test("is valid once its anchors are declared", async () => {
    const config = await readText(seedExample);
    expect(config.optimizations).toEqual({
      optimize_sentiment: {
        key: "optimize_sentiment",
        name: "optimize_sentiment",
        prompts: ["sentiment_classifier"],
        agent: "sentiment_agent",
        dataset: "sentiment_migration_dataset",
        reflectionModel: "gpt_4",
        scorerModel: "gpt_4",
        candidatesPerStep: 5,
        maxSteps: 3,
        reflectionTemperature: 0.1,
        optimizer: {
          use: "gepa",
          options: {},
          path: "optimizations.prompt_optimizations.optimize_sentiment.optimizer",
        },
        scorers: [],
        budget: {},
        gate: { mode: "better", minGain: 0, margin: 0, confidence: 0.95 },
        objectives: { quality: 1, promptTokens: 0 },
        select: { kind: "best" },
        patience: 3,
        onBadRow: "fail",
        maxErrorRate: 0.2,
        seed: 42,
      },
    });
    expect(config.prompts.sentiment_classifier).toEqual({
      key: "sentiment_classifier",
      path: "main/default/sentiment_classifier",
      template: "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.\nText: {{text}}\n",
      templateLanguage: "default",
      locked: [],
      tags: {},
    });
    expect(config.agents.sentiment_agent?.model).toBe("gpt_4o_mini");
    expect(config.warnings).toEqual([]);
    expect(config.ignored).toEqual([]);
  });

  test("without anchors, as published, it has a warning for each alias", async () => {
    const published = seedExample.replace(/ &\w+/g, "");
    const config = await readText(published);
    expect(config.prompts.sentiment_classifier?.path).toBe("main/default/sentiment_classifier");
    expect(config.warnings.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      "17:13 prompts.sentiment_classifier.schema: *main_schema has no anchor; used as the schema of that name; add &main_schema to schemas.main_schema",
      "25:12 agents.sentiment_agent.model: *gpt_4o_mini has no anchor; used as the model of that name; add &gpt_4o_mini to resources.llms.gpt_4o_mini",
      "26:13 agents.sentiment_agent.prompt: *sentiment_classifier has no anchor; used as the prompt of that name; add &sentiment_classifier to prompts.sentiment_classifier",
      "32:15 optimizations.prompt_optimizations.optimize_sentiment.prompt: *sentiment_classifier has no anchor; used as the prompt of that name; add &sentiment_classifier to prompts.sentiment_classifier",
      "33:14 optimizations.prompt_optimizations.optimize_sentiment.agent: *sentiment_agent has no anchor; used as the agent of that name; add &sentiment_agent to agents.sentiment_agent",
      "37:25 optimizations.prompt_optimizations.optimize_sentiment.reflection_model: *gpt_4 has no anchor; used as the model of that name; add &gpt_4 to resources.llms.gpt_4",
      "40:21 optimizations.prompt_optimizations.optimize_sentiment.scorer_model: *gpt_4 has no anchor; used as the model of that name; add &gpt_4 to resources.llms.gpt_4",
    ]);
  });

  test("the snippet without schemas reports what to add", async () => {
    const snippet = seedExample.replace(/schemas:\n.*\n/, "");
    expect(await issuesOf(snippet)).toEqual([
      "config.yaml:15:13  prompts.sentiment_classifier.schema: alias *main_schema has no anchor, and there is no schema of that name; add &main_schema to the schema it stands for, under schemas",
    ]);
  });
});

describe("the later dialect", () => {
  test("template, models, dataset objects, training_datasets and plain strings", async () => {
    const config = await readText(`
version: 1
resources:
  models:
    claude: { name: databricks-claude, provider: databricks, use_ai_gateway: true }
prompts:
  helper: { name: helper, template: "Help: {{input}}", auto_register: true, tags: { year: 2026 } }
agents:
  desk: { name: desk, model: claude, prompt: helper, guardrails: [x], tools: [some_tool] }
app: { name: x, agents: [desk] }
datasets:
  - { table: t, ddl: ./x.sql }
optimizations:
  training_datasets:
    questions:
      name: support_questions
      overwrite: true
      data:
        - inputs: { input: "What is \${env:NOT_SET}?" }
          expectations: { expected_response: null }
  prompt_optimizations:
    improve: { name: improve, agent: desk, dataset: support_questions, num_candidates: 50 }
  cache_threshold_optimizations: { a: { b: 1 } }
`);
    expect(config.optimizations.improve).toMatchObject({
      prompts: ["helper"],
      agent: "desk",
      dataset: "questions",
      reflectionModel: "claude",
      scorerModel: "claude",
      candidatesPerStep: 50,
      maxSteps: 3,
    });
    expect(config.datasets.questions?.spec.source).toEqual({
      kind: "inline",
      file: "config.yaml",
      rows: [{ inputs: { input: "What is ${env:NOT_SET}?" }, expectations: { expected_response: null } }],
    });
    expect(config.prompts.helper?.tags).toEqual({ year: "2026" });
    expect(config.ignored).toEqual([
      "version",
      "app",
      "datasets",
      "optimizations.cache_threshold_optimizations",
      "resources.models.claude.use_ai_gateway",
      "prompts.helper.auto_register",
      "agents.desk.guardrails",
      "optimizations.training_datasets.questions.overwrite",
    ]);
    expect(config.warnings.map(({ message }) => message)).toEqual([
      "agents.desk.tools.0: dao-ai tools cannot run here; this one is ignored",
      "optimizations.prompt_optimizations.improve.num_candidates: 50 rewrites per step, up to 150 in 3 steps; in dao-ai, num_candidates limits the scored answers. To limit calls here, set budget: { calls: … }; 5 rewrites per step are usual",
      "optimizations.training_datasets: read as part of `datasets`; move its entries there",
    ]);
  });

  test("an agent's prompt may be the text itself", async () => {
    const config = await readText(`
resources: { llms: { m: { name: m } } }
agents:
  desk:
    model: m
    prompt: |
      Help with {{input}}.
`);
    expect(config.agents.desk?.prompt).toBe("desk_prompt");
    expect(config.prompts.desk_prompt?.template).toBe("Help with {{input}}.\n");
  });
});

describe("references", () => {
  test("by key, by name and by alias resolve to the same key", async () => {
    const text = (
      agent: string,
    ) => `${base.replace("greeter: &greeter {", "greeter: &greeter { name: Greeter,")}optimizations:
  prompt_optimizations:
    kinder: { agent: ${agent}, dataset_name: people, reflection_model: gpt-4 }
`;
    for (const agent of ["*greeter", "greeter", "Greeter"]) {
      const config = await readText(text(agent));
      expect(config.optimizations.kinder).toMatchObject({ agent: "greeter", reflectionModel: "big" });
    }
  });

  test("an inline thing gets a key of its own, once", async () => {
    const config = await readText(
      withOptimization(`
reflection_model: { <<: *big, temperature: 0.7 }
scorer_model: { <<: *big, temperature: 0.7 }
source_model: { name: gpt-4 }`),
    );
    expect(Object.keys(config.models)).toEqual(["big", "small", "kinder_reflection_model"]);
    expect(config.optimizations.kinder).toMatchObject({
      reflectionModel: "kinder_reflection_model",
      scorerModel: "kinder_reflection_model",
      sourceModel: "big",
      reflectionTemperature: 0.7,
    });
  });

  test("an undeclared dataset stays a name", async () => {
    const config = await readText(
      withOptimization().replace("dataset_name: people", "dataset_name: collected"),
    );
    expect(config.optimizations.kinder?.dataset).toBe("collected");
  });

  test("an unknown one is reported with its kind and similar names", async () => {
    const text = withOptimization("reflection_model: bigg\nscorer_model: claude:/x").replace(
      "*greeter",
      "greter",
    );
    expect(await issuesOf(text)).toEqual([
      'config.yaml:16:7  optimizations.prompt_optimizations.kinder.agent: no agent named "greter"; did you mean greeter?',
      'config.yaml:18:7  optimizations.prompt_optimizations.kinder.reflection_model: no model named "bigg"; did you mean big?',
      'config.yaml:19:7  optimizations.prompt_optimizations.kinder.scorer_model: no model named "claude:/x"; declare it under resources.llms (known: big, small)',
    ]);
  });

  test("a text that is neither key nor name of a model is an endpoint of that name", async () => {
    const config = await readText(
      withOptimization("reflection_model: openai:/gpt-5\nscorer_model: databricks-claude-sonnet-4"),
    );
    const { reflectionModel = "", scorerModel = "" } = config.optimizations.kinder ?? {};
    expect(config.models[reflectionModel]?.spec).toMatchObject({ name: "gpt-5", provider: "openai" });
    expect(config.models[scorerModel]?.spec).toMatchObject({
      name: "databricks-claude-sonnet-4",
      provider: "databricks",
    });
    expect(config.warnings.map(({ message }) => message)).toEqual([
      'optimizations.prompt_optimizations.kinder.scorer_model: no model of the config is named "databricks-claude-sonnet-4"; it is used as model databricks-claude-sonnet-4 of provider databricks',
    ]);
  });

  test("ids that differ only in digits are other models, typos are not", async () => {
    const config = await readText(withOptimization("reflection_model: gpt-5"));
    expect(config.models["gpt-5"]?.spec.name).toBe("gpt-5");
    expect(await issuesOf(withOptimization("reflection_model: gpt-4o-mimi"))).toEqual([
      expect.stringContaining('no model named "gpt-4o-mimi"; did you mean small or big?'),
    ]);
  });

  test("a name of two things is ambiguous unless they are equal", async () => {
    const equal = base.replace("name: gpt-4o-mini", "name: gpt-4");
    const named = `optimizations:
  prompt_optimizations:
    kinder: { agent: greeter, dataset_name: people, scorer_model: gpt-4 }
`;
    expect((await readText(`${equal}${named}`)).optimizations.kinder?.scorerModel).toBe("big");
    const text = base.replace("name: gpt-4o-mini", "name: gpt-4, temperature: 0.5");
    expect(await issuesOf(`${text}${named}`)).toEqual([
      'config.yaml:15:53  optimizations.prompt_optimizations.kinder.scorer_model: "gpt-4" is ambiguous: it names resources.llms.big and resources.llms.small; use the key of the one you mean',
    ]);
  });

  test("an invalid thing can still be referenced", async () => {
    const text = withOptimization("prompt: greeting").replace("name: gpt-4o-mini", "nam: gpt-4o-mini");
    expect(await issuesOf(text)).toEqual([
      "config.yaml:5:21  resources.llms.small.nam: unknown key; did you mean name?",
    ]);
  });
});

describe("paths and places", () => {
  test("paths are relative to the config, those of flags to the working folder", async () => {
    const config = await readText(`${base}registry: { path: ../shared }\n`, {
      overrides: { state: "runs", seed: 7 },
    });
    expect(config.registryPath).toBe(`${config.directory.replace(/\/[^/]+$/, "")}/shared`);
    expect(config.statePath).toBe(`${config.directory}/runs`);
    expect(config.datasets.people?.spec.source).toEqual({
      kind: "file",
      path: `${config.directory}/people.jsonl`,
    });
  });

  test("a seed from a flag wins", async () => {
    const config = await readText(withOptimization("seed: 3"), { overrides: { seed: 7 } });
    expect(config.optimizations.kinder?.seed).toBe(7);
  });

  test("every path of the file can be located, and a missing one by its parent", async () => {
    const config = await readText(withOptimization("scorers: [exact_match, { use: label }]"));
    const path = "optimizations.prompt_optimizations.kinder";
    expect(config.locate(`${path}.scorers`)).toEqual({ line: 18, column: 7 });
    expect(config.locate(`${path}.scorers.1.use`)).toEqual({ line: 18, column: 32 });
    expect(config.locate(`${path}.scorers[1].use`)).toEqual({ line: 18, column: 32 });
    expect(config.locate(`${path}.scorers.1.options.x`)).toEqual({ line: 18, column: 30 });
    expect(config.locate("nowhere")).toBeUndefined();
  });

  test("the config is deeply frozen", async () => {
    const config = await readText(withOptimization());
    expect(Object.isFrozen(config.optimizations.kinder?.gate)).toBe(true);
    expect(Object.isFrozen(config.models.big?.spec.parameters)).toBe(true);
  });
});

describe("a file that cannot be read", () => {
  test.each([
    ["nowhere.yaml", "nowhere.yaml  no such file; run `dao-opt init` to create one"],
    [".", ".  it is a folder; give the path of a YAML file"],
  ])("%s", async (file, message) => {
    await expect(readConfig(file, { env: {}, cwd: import.meta.dirname })).rejects.toThrow(
      expect.objectContaining({ code: "config_invalid", message }),
    );
  });

  test("a similar file is named", async () => {
    const folder = resolve("examples/quickstart");
    await expect(readConfig("confg.yaml", { env: {}, cwd: folder })).rejects.toThrow(
      "confg.yaml  no such file; did you mean config.yaml?",
    );
    await expect(readConfig("quickstart/confg.yaml", { env: {}, cwd: dirname(folder) })).rejects.toThrow(
      "quickstart/confg.yaml  no such file; did you mean quickstart/config.yaml?",
    );
  });

  test("one of more than 10 MB is not read", async () => {
    expect(await issuesOf(`a: ${"x".repeat(11 * 1024 * 1024)}`)).toEqual([
      "config.yaml  the file is too large: 11.0 MB; a config may have at most 10 MB; move rows into a data file",
    ]);
  });
});

test("a thing without content lacks its required keys", async () => {
  const text =
    "resources:\n  llms:\n    m:\nagents:\n  a:\ndatasets:\n  d:\noptimizations:\n  prompt_optimizations:\n    o:\nstate:\n";
  expect(await issuesOf(text)).toEqual([
    "config.yaml:3:5  resources.llms.m.name: is missing",
    "config.yaml:5:3  agents.a.model: is missing",
    "config.yaml:7:3  datasets.d: has no source of rows; set path, data, mlflow, or files under split",
    "config.yaml:10:5  optimizations.prompt_optimizations.o.agent: is missing",
  ]);
});

test("sections of the wrong type", async () => {
  expect(await issuesOf("resources: 5\nprompts: [a]\nagents: text\nregistry: ./prompts\n")).toEqual([
    "config.yaml:1:1  resources: must be a map, got 5",
    "config.yaml:2:1  prompts: must be a map, got a list; replace each `-` with a key",
    'config.yaml:3:1  agents: must be a map, got "text"',
    'config.yaml:4:1  registry: must be a map, got "./prompts"',
  ]);
});

test("all mistakes are reported together, by place", async () => {
  const text = await readFile(new URL("./all-at-once.yaml", import.meta.url), "utf8");
  expect(await issuesOf(text, { set: ["agents.a.nam=x", "zz"] })).toEqual([
    "--set zz  needs a path and a value; for example --set optimizations.prompt_optimizations.x.seed=7",
    "--set agents.a.nam  agents.a.nam: unknown key; did you mean name?",
    "config.yaml:5:7  resources.llms.gpt_4.temperatur: unknown key; did you mean temperature?",
    "config.yaml:6:7  resources.llms.gpt_4.api_key: environment variable NOPE is not set (also needed by resources.llms.b.api_key); set it, add it to a .env file next to the config, or add a default: ${env:NOPE:-…}",
    'config.yaml:7:7  resources.llms.gpt_4.max_tokens: must be a number or -1, got "lots"',
    'config.yaml:8:19  resources.llms.b.provider: no provider named "opnai"; did you mean openai?',
    "config.yaml:8:60  resources.llms.b.temperature: must be at most 2, got 9",
    "config.yaml:9:3  resources.llm: unknown key; did you mean llms, which is also set? Keep one of them",
    "config.yaml:14:5  prompts.p.alias: both version 2 and alias production are set; keep one of them",
    'config.yaml:17:5  agents.a.model: no model named "gpt_5"; did you mean gpt_4?',
    "config.yaml:19:3  agents.b.model: is missing",
    "config.yaml:25:7  optimizations.prompt_optimizations.x.num_candidate: unknown key; did you mean num_candidates?",
    "config.yaml:26:25  optimizations.prompt_optimizations.x.reflection_model: alias *gpt_9 has no anchor, and there is no model of that name; add &gpt_9 to the model it stands for, under resources.llms (or did you mean gpt_4?)",
    'config.yaml:27:15  optimizations.prompt_optimizations.x.gate.mode: must be better or non_inferior, got "betterr"; did you mean better?',
    "config.yaml:28:7  optimizations.prompt_optimizations.x.max_error_rate: must be at most 1, got 20; 20 % is 0.2",
    "config.yaml:29:27  optimizations.prompt_optimizations.x.scorers.0.weigth: unknown key; did you mean weight?",
    "config.yaml:29:40  optimizations.prompt_optimizations.x.scorers.1: must be text or a map, got 5",
    "config.yaml:32:18  optimizations.prompt_optimizations.y.dataset.pth: unknown key; did you mean path?",
    "config.yaml:34:7  optimizations.prompt_optimizations.y.seed: duplicate key; it first appears in line 33; remove one",
    "config.yaml:35:1  tols: unknown key; did you mean tools?",
  ]);
});

test("the MLflow server and whether versions are pushed there are values of the config", async () => {
  const none = await readText(base);
  expect([none.tracking, none.registryMlflow]).toEqual([undefined, undefined]);
  const given = await readText(
    `${base}tracking: { mlflow: "http://127.0.0.1:5000" }\nregistry: { mlflow: true }\n`,
    { env: { MLFLOW_TRACKING_TOKEN: "hidden-token" } },
  );
  expect(given.tracking).toEqual({ mlflow: "http://127.0.0.1:5000", experiment: "dao-opt" });
  expect(given.registryMlflow).toBe(true);
  expect(given.environment()["MLFLOW_TRACKING_TOKEN"]).toBe("hidden-token");
  expect(JSON.stringify(given)).not.toContain("hidden-token");
  const other = await readText(`${base}registry: { mlflow: "http://other:5000" }\n`);
  expect(other.registryMlflow).toBe("http://other:5000");
  expect((await readText(`${base}registry: { mlflow: false }\n`)).registryMlflow).toBeUndefined();
});
