import { describe, expect, test } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { issuesOf, readText } from "./read-text.ts";

const warningsOf = ({ warnings }: Config) => warnings.map(({ message }) => message);

describe("fallbacks given as text", () => {
  const llms = (models: string) => `resources:\n  llms:\n${models.replaceAll(/^/gm, "    ")}\n`;

  test("an undeclared endpoint has the settings and the server of its model", async () => {
    const config = await readText(
      llms(`
small: { name: endpoint-small, base_url: "http://h/v1", temperature: 0.2, max_tokens: 9, seed: 3, fallbacks: [far] }
other: { name: endpoint-other, temperature: 0.7, fallbacks: [far, "openai:/gpt-5"] }`),
    );
    expect(config.models["small"]?.spec.fallbacks).toEqual(["far"]);
    expect(config.models["far"]?.spec).toMatchObject({
      name: "far",
      baseUrl: "http://h/v1",
      parameters: { temperature: 0.2, maxTokens: 9 },
    });
    expect(config.models["far"]?.spec.parameters.seed).toBeUndefined();
    expect(config.models["other"]?.spec.fallbacks).toEqual(["far_2", "openai:/gpt-5"]);
    expect(config.models["far_2"]?.spec).toMatchObject({ name: "far", parameters: { temperature: 0.7 } });
    expect(config.models["openai:/gpt-5"]?.spec).toMatchObject({
      name: "gpt-5",
      parameters: { temperature: 0.7 },
    });
  });

  test("a name of several models is that endpoint with the settings of its model", async () => {
    const config = await readText(
      llms(`
small: { name: endpoint-small, temperature: 0.2, fallbacks: [endpoint-large] }
large: { name: endpoint-large, temperature: 0.1 }
judge: { name: endpoint-large, temperature: 0.9 }`),
    );
    const [key = ""] = config.models["small"]?.spec.fallbacks ?? [];
    expect(config.models[key]?.spec).toMatchObject({
      name: "endpoint-large",
      parameters: { temperature: 0.2 },
    });
    expect(warningsOf(config)).toEqual([
      'resources.llms.small.fallbacks.0: "endpoint-large" names resources.llms.large and resources.llms.judge, which differ; it is used as model endpoint-large of provider openai with the settings of small',
    ]);
  });

  test.each([
    ["by its name", "small: { name: endpoint-small, fallbacks: [endpoint-small, large] }"],
    ["by its key", "small: { name: endpoint-small, fallbacks: [small, large] }"],
    [
      "as an object",
      "small: { name: endpoint-small, fallbacks: [{ name: endpoint-small, seed: 1 }, large] }",
    ],
  ])("the model's own endpoint %s is skipped", async (_, small) => {
    const config = await readText(llms(`${small}\nlarge: { name: endpoint-large }`));
    expect(config.models["small"]?.spec.fallbacks).toEqual(["large"]);
    expect(warningsOf(config)).toEqual([
      "resources.llms.small.fallbacks.0: this is the endpoint of small itself; the fallback is skipped",
    ]);
  });

  test("the same name at another address is another endpoint", async () => {
    const config = await readText(
      llms('small: { name: e, fallbacks: [twin] }\ntwin: { name: e, base_url: "http://h/v1" }'),
    );
    expect(config.models["small"]?.spec.fallbacks).toEqual(["twin"]);
  });

  test("an id with another version number is another endpoint", async () => {
    const config = await readText(llms("small: { name: vendor-sonnet-4, fallbacks: [vendor-sonnet-4-5] }"));
    expect(config.models["vendor-sonnet-4-5"]?.spec.name).toBe("vendor-sonnet-4-5");
    expect(await issuesOf(llms("small: { name: vendor-sonnet-4, fallbacks: [vendor-sonett-4] }"))).toEqual([
      expect.stringContaining('no model named "vendor-sonett-4"'),
    ]);
  });
});

describe("extra_params", () => {
  const extra = (fields: string) => `resources:\n  models:\n    m: { name: m, ${fields} }\n`;

  test("are sent along, below what `other` sets", async () => {
    const config = await readText(
      extra("extra_params: { reasoning_effort: low, top_k: 5, min_p: 1 }, other: { min_p: 2 }"),
    );
    expect(config.models["m"]?.spec.parameters).toEqual({
      reasoningEffort: "low",
      other: { top_k: 5, min_p: 2 },
    });
  });

  test("keep the rules of `other`", async () => {
    expect(await issuesOf(extra("extra_params: { n: 2, auth: { api_key: k } }"))).toEqual([
      expect.stringContaining("resources.models.m.extra_params.n: n cannot be passed through"),
      expect.stringContaining("resources.models.m.extra_params.auth.api_key: a secret is not allowed here"),
    ]);
  });
});

describe("agents", () => {
  test("keys about running an agent are ignored and listed", async () => {
    const config = await readText(`
resources: { models: { small: &small { name: endpoint-small } } }
agents:
  a: { name: a, model: *small, prompt: "Be brief.\\n", internal: true, handoff: false, handoffs: [b], call_limit: 3 }
  b: { name: b, model: *small, prompt: "Be brief.\\n", pre_agent_hook: x.y, post_agent_hook: x.y }
`);
    expect(config.ignored).toEqual([
      "agents.a.call_limit",
      "agents.a.handoff",
      "agents.a.handoffs",
      "agents.a.internal",
      "agents.b.post_agent_hook",
      "agents.b.pre_agent_hook",
    ]);
  });

  const prompted = (prompt: string) => `
resources: { models: { small: { name: endpoint-small } } }
prompts: { terse: { name: very terse, template: "Be brief." } }
agents: { a: { model: small, prompt: ${prompt} } }
`;

  test.each(["You are a helpful assistant.", `"Answer:{question}"`, "x".repeat(300)])(
    "a prompt on one line is the text itself: %s",
    async (text) => {
      const config = await readText(prompted(text));
      expect(config.agents["a"]?.prompt).toBe("a_prompt");
      expect(config.prompts["a_prompt"]?.template).toBe(text.replaceAll('"', ""));
    },
  );

  test("a key, a name or a typo of one is no text", async () => {
    for (const reference of ["terse", "very terse"])
      expect((await readText(prompted(reference))).agents["a"]?.prompt).toBe("terse");
    expect(await issuesOf(prompted("very ters"))).toEqual([
      'config.yaml:4:30  agents.a.prompt: no prompt named "very ters"; did you mean terse?',
    ]);
    expect(await issuesOf(prompted("main/default/greeting"))).toEqual([
      'config.yaml:4:30  agents.a.prompt: no prompt named "main/default/greeting"; declare it under prompts (known: terse)',
    ]);
  });

  const genie = `
resources: { models: { small: &small { name: endpoint-small } } }
parameters: { space: { description: filled in later } }
agents:
  room: &room { name: sales, model: { genie_room: { name: sales, space_id: "\${var.space}" } } }
  bare: { name: bare, model: { name: bare, agent_id: 0123456789abcdef } }
  plain: &plain { name: plain, model: *small, prompt: "Answer {{question}}" }
datasets: { rows: { data: [{ inputs: { question: q } }] } }
optimizations: { prompt_optimizations: { o: { agent: AGENT, dataset_name: rows } } }
`;

  test("an agent whose model is a Genie room is left out", async () => {
    const config = await readText(genie.replace("AGENT", "*plain"));
    expect(Object.keys(config.agents)).toEqual(["plain"]);
    expect(config.ignored).toEqual(["agents.room", "agents.bare"]);
  });

  test.each(["*room", "room", "sales", "bare"])("optimizing one, as %s, is a mistake", async (agent) => {
    expect(await issuesOf(genie.replace("AGENT", agent), { env: { space: "s" } })).toEqual([
      "config.yaml:9:47  optimizations.prompt_optimizations.o.agent: the model of this agent is a Genie room, which has no prompt to optimize; name an agent whose model is an endpoint",
    ]);
  });
});

test("tags may be lists and maps", async () => {
  const config = await readText(
    "prompts: { p: { template: x, tags: { owners: [ann, bob], of: { team: a }, year: 2026 } } }",
  );
  expect(config.prompts["p"]?.tags).toEqual({ owners: '["ann","bob"]', of: '{"team":"a"}', year: "2026" });
});

describe("parameters and variables", () => {
  const params = (schema: string) => `
parameters:
  catalog.name: { description: where, default: fallback }
  space: { description: filled in at run time, provided: true }
  room: { description: required }
schemas: { s: &s { catalog_name: "\${var.catalog.name}", schema_name: x }, unused: { catalog_name: "\${var.room}", schema_name: { env: NOT_SET } } }
resources: { models: { m: &m { name: m, description: "in \${var.space}", client_id: "\${var.room}" } } }
tools: { t: &t { name: t, function: { type: genie, space_id: "\${var.room}" } } }
prompts: { p: { template: x, schema: ${schema} } }
agents: { a: { model: *m, prompt: p, tools: [*t], middleware: ["\${var.room}"] } }
`;

  test.each(["*s", "s"])("only what has an effect needs its values; schema %s", async (schema) => {
    const config = await readText(params(schema));
    expect(config.prompts["p"]?.path).toBe("fallback/x/p");
  });

  test("a name that is no key may be any schema's", async () => {
    expect(await issuesOf(params("x"))).toEqual([
      expect.stringContaining("schemas.unused.catalog_name: variable room has no value"),
      expect.stringContaining("schemas.unused.schema_name: environment variable NOT_SET is not set"),
    ]);
  });

  test("the environment sets a parameter under its name or dao-ai's", async () => {
    for (const env of [{ CATALOG_NAME: "main" }, { "catalog.name": "main", CATALOG_NAME: "other" }])
      expect((await readText(params("s"), { env })).prompts["p"]?.path).toBe("main/x/p");
  });

  test("a short parameter is not set by a variable in upper case", async () => {
    const config = await readText(
      'parameters: { path: x }\nprompts: { "p": { template: "at ${var.path}" } }',
      {
        env: { PATH: "/bin" },
      },
    );
    expect(config.prompts["p"]?.template).toBe("at x");
  });

  test("values of the workspace stay text, with a warning", async () => {
    const config = await readText(`
parameters: { who: { description: d, default: "\${workspace.current_user.userName}" } }
prompts: { p: { template: "You help \${var.who}." } }
`);
    expect(config.prompts["p"]?.template).toBe("You help ${workspace.current_user.userName}.");
    expect(warningsOf(config)).toEqual([
      "prompts.p.template: ${workspace.current_user.userName} is used as plain text, because no Databricks workspace is asked; write the value, or ${env:NAME}",
    ]);
  });
});

describe("the provider", () => {
  const models = (more: string) => `
resources:
  models:
    own: &own { name: databricks-own }
    small: &small { name: endpoint-small, fallbacks: [endpoint-large, { name: inline }] }
    far: { name: far, base_url: "http://h/v1" }
    named: { name: named, provider: openai }
${more}
agents: { a: { model: *small, prompt: "Be brief." } }
`;
  const providersOf = (config: Config) =>
    Object.fromEntries(Object.values(config.models).map(({ spec }) => [spec.name, spec.provider]));

  test.each([
    ["app", "app: { name: x }"],
    ["resources.databases", "    x: { name: databricks-x }\n  databases: { d: { name: d } }"],
    ["unity_catalog_functions", "unity_catalog_functions: []"],
  ])("is databricks by default in a config with %s", async (section, more) => {
    const config = await readText(models(more));
    expect(providersOf(config)).toMatchObject({
      "databricks-own": "databricks",
      "endpoint-small": "databricks",
      "endpoint-large": "databricks",
      inline: "databricks",
      far: "openai",
      named: "openai",
    });
    expect(warningsOf(config).filter((one) => one.includes("no provider is set"))).toEqual([
      `resources.models.small: no provider is set; models without one are called at Databricks, because ${section} is a section of dao-ai; set provider, for example openai, to call another`,
    ]);
  });

  test("stays openai in a config of our own", async () => {
    expect(providersOf(await readText(models("tools: {}")))).toMatchObject({ "endpoint-small": "openai" });
  });
});
