import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";

/** A public config: what it holds, and whether dao-ai itself accepts it. */
interface PublicConfig {
  readonly repository: string;
  readonly path: string;
  readonly version: string;
  readonly sections: readonly string[];
  readonly forms: readonly string[];
  readonly daoAi: string;
}

const configs: readonly PublicConfig[] = readFileSync(new URL("dao-ai-configs.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [repository = "", path = "", version = "", sections = "", forms = "", daoAi = ""] =
      line.split(" | ");
    return {
      repository,
      path,
      version,
      sections: sections.split(" "),
      forms: forms === "-" ? [] : forms.split(" "),
      daoAi,
    };
  });

/** What a form adds to the sections of a small config, and why it is refused if it is. */
interface Form {
  readonly models?: string;
  readonly agents?: string;
  readonly parameters?: string;
  readonly tools?: string;
  readonly appAgents?: string;
  readonly optimization?: string;
  readonly template?: string;
  readonly row?: string;
  readonly schemaOfPrompt?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly refusedFor?: string;
}

const forms: Readonly<Record<string, Form>> = {
  "undeclared-fallback": { models: "one: { name: endpoint-one, fallbacks: [endpoint-elsewhere] }" },
  "shared-fallback": {
    models: `two: { name: endpoint-two, fallbacks: [endpoint-large] }
    large: { name: endpoint-large, temperature: 0.1 }
    judge: { name: endpoint-large, temperature: 0.9 }`,
  },
  "own-endpoint": { models: "three: { name: endpoint-three, fallbacks: [endpoint-three] }" },
  "model-uri": { optimization: 'reflection_model: "openai:/gpt-5"' },
  "chat-rows": {
    template: "You help {user_id}.",
    row: `{ inputs: { messages: [{ role: user, content: "one?" }], custom_inputs: { configurable: { user_id: u1 } } }, expectations: { expected_facts: ["1"] } }`,
  },
  "genie-model": { agents: 'room: { name: room, model: { genie_room: { name: room, space_id: "01" } } }' },
  "agent-keys": {
    agents:
      'hooked: { name: hooked, model: *small, prompt: "Go on.\\n", internal: true, handoff: false, pre_agent_hook: x.y, post_agent_hook: x.y }',
  },
  provided: {
    parameters: "space: { description: filled in at run time, provided: true }",
    tools: 'genie: { name: genie, function: { type: genie, genie_room: { space_id: "${var.space}" } } }',
    agents:
      'asking: { name: asking, model: *small, prompt: "Ask.\\n", tools: [{ name: genie, function: { type: genie, genie_room: { space_id: "${var.space}" } } }] }',
  },
  "one-line-prompt": { agents: "short: { name: short, model: *small, prompt: You are short. }" },
  "environment-parameter": {
    parameters: "catalog: { description: where the tables are }",
    schemaOfPrompt: 'schema: { catalog_name: "${var.catalog}", schema_name: x }',
    env: { CATALOG: "main" },
  },
  "no-anchor": { appAgents: "*missing_agent", refusedFor: "alias *missing_agent has no anchor" },
  "forbidden-key": { agents: "old: { name: old, llm: *small }", refusedFor: "unknown key" },
};

/** A config of our own with the sections and forms of a public one. */
function smallConfig({ sections, forms: names }: Pick<PublicConfig, "sections" | "forms">): string {
  const all = names.map((name) => forms[name] ?? {});
  const lines = (field: "models" | "agents" | "parameters" | "tools") =>
    all.flatMap((form) => form[field] ?? []).map((line) => `\n${field === "models" ? "    " : "  "}${line}`);
  const first = (field: "template" | "row" | "optimization" | "schemaOfPrompt" | "appAgents") =>
    all.find((form) => form[field] !== undefined)?.[field];
  const agent = sections.includes("agents") ? "*helper" : "{ name: other }";
  const schema = first("schemaOfPrompt");
  const text: Readonly<Record<string, string>> = {
    parameters: `parameters:
  place: { description: where, default: main }${lines("parameters").join("")}`,
    variables: "variables:\n  host: { env: SOME_HOST, default_value: h }",
    service_principals:
      "service_principals:\n  robot: { client_id: { env: ROBOT }, client_secret: { env: R } }",
    schemas: `schemas:\n  s: { catalog_name: main, schema_name: { env: SOME_SCHEMA, default_value: x } }`,
    resources: `resources:
  models:
    small: &small { name: endpoint-small, temperature: 0.1 }${lines("models").join("")}
  vector_stores: { shelf: { index: { name: shelf } } }`,
    retrievers: "retrievers:\n  find: { search_parameters: { num_results: 3 } }",
    tools: `tools:
  clock: { name: clock, function: { type: python, name: a.b.clock } }${lines("tools").join("")}`,
    guardrails: "guardrails:\n  tone: { name: tone, prompt: '{{ inputs }}' }",
    middleware: "middleware:\n  log: { name: a.b.log, args: { level: info } }",
    memory: "memory:\n  checkpointer: { name: short, type: memory }",
    prompts: `prompts:
  persona: &persona { name: persona, default_template: ${JSON.stringify(first("template") ?? "Answer {{question}}")}${schema === undefined ? "" : `, ${schema}`} }`,
    agents: `agents:
  helper: &helper { name: helper, model: *small, prompt: ${sections.includes("optimizations.prompt_optimizations") ? "*persona" : '"Be brief.\\n"'} }${lines("agents").join("")}`,
    app: `app:\n  name: shop\n  agents: [${first("appAgents") ?? agent}]`,
    app_name: "app_name: shop",
    entry_agent: "entry_agent: helper",
    unity_catalog_functions: "unity_catalog_functions:\n  - { function: { name: f }, ddl: ./f.sql }",
    evaluation: "evaluation: { table: { name: t }, num_evals: 5 }",
    datasets: "datasets:\n  - { table: t, ddl: ./t.sql, data: ./t.csv }",
    "optimizations.training_datasets": `optimizations:
  training_datasets:
    rows: &rows { name: rows, data: [${first("row") ?? "{ inputs: { question: q } }"}] }`,
    "optimizations.prompt_optimizations": `  prompt_optimizations:
    better: { name: better, prompt: *persona, agent: *helper, dataset: *rows, ${first("optimization") ?? "num_candidates: 5"} }`,
    "optimizations.cache_threshold_optimizations": `optimizations:
  cache_threshold_optimizations: { tune: { name: tune, n_trials: 5, judge_model: endpoint-judge } }`,
  };
  // Anchors are declared before they are used.
  const order = (section: string) => (section === "optimizations.training_datasets" ? 1 : 2);
  const isOfOptimizations = (section: string) => section.startsWith("optimizations.");
  return [
    ...sections.filter((section) => !isOfOptimizations(section)),
    ...sections.filter(isOfOptimizations).sort((one, other) => order(one) - order(other)),
  ]
    .map((section) => text[section] ?? `${section}: no small config`)
    .join("\n");
}

const keyOf = ({ sections, forms: names }: PublicConfig) => `${sections.join(" ")} | ${names.join(" ")}`;
const shapes = [...new Set(configs.map(keyOf))].map((key) => {
  const rows = configs.filter((one) => keyOf(one) === key);
  return { rows, first: rows[0] as PublicConfig };
});

describe("public dao-ai configs", () => {
  test("every form occurs, and only known ones", () => {
    expect(new Set(configs.flatMap((one) => one.forms))).toEqual(new Set(Object.keys(forms)));
    expect(configs.length).toBeGreaterThan(350);
  });

  test("what is refused here is refused by dao-ai too", () => {
    const refused = configs.filter((one) => one.forms.some((name) => forms[name]?.refusedFor !== undefined));
    expect(refused.filter(({ daoAi }) => daoAi !== "refuses")).toEqual([]);
  });

  test.each(shapes)("$rows.length like $first.path ($first.version): $first.forms", async ({ first }) => {
    const cwd = mkdtempSync(join(tmpdir(), "dao-opt-dao-ai-"));
    try {
      writeFileSync(join(cwd, "config.yaml"), smallConfig(first));
      const own = first.forms.map((name) => forms[name] ?? {});
      const env = Object.assign({}, ...own.map((form) => form.env ?? {})) as Record<string, string>;
      const { exitCode, json } = await runCli(["validate", "config.yaml", "--json"], { cwd, env });
      const { issues } = json as { readonly issues: readonly { readonly message: string }[] };
      const reasons = own.flatMap((form) => form.refusedFor ?? []);
      const messages = issues.map(({ message }) => message);
      for (const reason of reasons) expect(messages).toContainEqual(expect.stringContaining(reason));
      if (reasons.length === 0) expect(messages).toEqual([]);
      expect(exitCode).toBe(reasons.length > 0 ? 2 : 0);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
