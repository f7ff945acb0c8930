import { describe, expect, test } from "vitest";
import { issuesOf, readText, withOptimization } from "../read-text.ts";

const model = (fields: string) =>
  `resources:\n  llms:\n    m:\n      name: m\n${fields.replace(/^/gm, "      ")}\n`;

describe("${env:NAME}", () => {
  test("from the environment, with a default, inside a text", async () => {
    const config = await readText(
      model("base_url: http://${env:HOST}:${env:PORT:-80}/v1\ndescription: ${env:A:-}"),
      { env: { HOST: "localhost" } },
    );
    expect(config.models.m?.spec.baseUrl).toBe("http://localhost:80/v1");
  });

  test("an empty default leaves the key out", async () => {
    const config = await readText(model("base_url: ${env:OTHER_URL:-}"), {
      env: { OPENAI_BASE_URL: "http://o/v1" },
    });
    expect(config.models.m?.spec.baseUrl).toBe("http://o/v1");
  });

  test("a number or boolean is converted if the field expects one", async () => {
    const config = await readText(
      `${model("temperature: ${env:T}\nmax_tokens: ${env:M:-100}\nreasoning_effort: ${env:E:-3}")}prompts: { p: { template: x, tags: { n: "\${env:T}" } } }`,
      { env: { T: "0.5" } },
    );
    expect(config.models.m?.spec.parameters).toEqual({
      temperature: 0.5,
      maxTokens: 100,
      reasoningEffort: "3",
    });
    expect(config.prompts.p?.tags).toEqual({ n: "0.5" });
  });

  test("a share of rows is converted too, although it might be a file name", async () => {
    const config = await readText(
      'datasets: { d: { path: x.csv, split: { train: "${env:T}", validation: { env: V, default_value: 0.2 } } } }',
      { env: { T: "0.5" } },
    );
    expect(config.datasets["d"]?.split.shares).toEqual({ train: 0.5, validation: 0.2, test: 0.3 });
  });

  test("a replaced value that is not a number is reported", async () => {
    expect(await issuesOf(model("temperature: ${env:T}"), { env: { T: "warm" } })).toEqual([
      'config.yaml:5:7  resources.llms.m.temperature: must be a number, got "warm"',
    ]);
  });

  test("a value that looks like a placeholder is not replaced again", async () => {
    const config = await readText(model("base_url: http://x/\ndescription: d\nstop: ${env:A}"), {
      env: { A: "${env:B}", B: "secret" },
    });
    expect(config.models.m?.spec.parameters.stop).toBe("${env:B}");
  });

  test("two dollar signs escape a placeholder", async () => {
    const config = await readText(model('stop: ["$${env:A}", "$5 ${x} ${catalog} $${y}"]'));
    expect(config.models.m?.spec.parameters.stop).toEqual(["${env:A}", "$5 ${x} ${catalog} $${y}"]);
  });

  test("{{variables}} of a template stay unchanged", async () => {
    const config = await readText(
      'prompts: { p: { template: "{{ env }} {{text}} {\\"a\\": {env: X}} ${env:N}" } }',
      {
        env: { N: "{{n}}x" },
      },
    );
    expect(config.prompts.p?.template).toBe('{{ env }} {{text}} {"a": {env: X}} {{n}}x');
  });

  test("rows of data stay unchanged", async () => {
    const config = await readText(
      'datasets: { d: { data: [{ inputs: { env: "${env:X}" }, v: { value: 1 }, o: { options: [1] } }] } }',
    );
    expect(config.datasets.d?.spec.source).toMatchObject({
      rows: [{ inputs: { env: "${env:X}" }, v: { value: 1 }, o: { options: [1] } }],
    });
  });

  test("missing names are reported together, each once, with every place", async () => {
    const text = `resources:
  llms:
    a: { name: a, api_key: "\${env:KEY}", base_url: "http://\${env:HOST}" }
    b: { name: b, api_key: "\${env:KEY}", headers: { authorization: "Bearer \${env:EMPTY}" } }
tools: { t: "\${env:NOT_NEEDED}" }
`;
    expect(await issuesOf(text, { env: { EMPTY: "" } })).toEqual([
      "config.yaml:3:19  resources.llms.a.api_key: environment variable KEY is not set (also needed by resources.llms.b.api_key); set it, add it to a .env file next to the config, or add a default: ${env:KEY:-…}",
      "config.yaml:3:42  resources.llms.a.base_url: environment variable HOST is not set; set it, add it to a .env file next to the config, or add a default: ${env:HOST:-…}",
      "config.yaml:4:53  resources.llms.b.headers.authorization: environment variable EMPTY is empty; set it, add it to a .env file next to the config, or add a default: ${env:EMPTY:-…}",
    ]);
  });

  test("a default cannot contain another placeholder", async () => {
    expect(await issuesOf(model("stop: ${env:A:-${env:B}}"))).toEqual([
      "config.yaml:5:7  resources.llms.m.stop: ${env:A:-${env:B}}: a default cannot contain another placeholder; use {options: [{env: A}, {env: B}]}",
    ]);
  });

  test("a placeholder left by Databricks counts as unset", async () => {
    const config = await readText(model("stop: ${env:A:-x}"), { env: { A: "{{secrets/scope/key}}" } });
    expect(config.models.m?.spec.parameters.stop).toBe("x");
  });
});

describe("dao-ai's variable forms", () => {
  test("env, value, options, Databricks secrets with a default", async () => {
    const config = await readText(
      model(`temperature: {env: T, default_value: 0.2}
top_p: {value: 0.9}
seed: {options: [{env: NO}, {env: SEED}, 1], default_value: 2}
max_tokens: {options: [{env: NO}], default_value: 77}
api_key: {scope: s, secret: k, default_value: key-from-file}`),
      { env: { SEED: "5" } },
    );
    expect(config.models.m?.spec.parameters).toEqual({ temperature: 0.2, topP: 0.9, seed: 5, maxTokens: 77 });
    expect(config.models.m?.secrets.apiKey?.reveal()).toBe("key-from-file");
  });

  test("tags, inputs and tool schemas are maps, not variables", async () => {
    const config = await readText(
      `
prompts: { p: { template: x, tags: { env: prod } }, q: { template: y, tags: { env: { env: STAGE } } } }
datasets: { d: { path: x.csv, inputs: { value: column } } }
agents: { a: { model: m, tools: [{ type: function, function: { parameters: { properties: { value: { env: X } } } } }] } }
resources: { llms: { m: { name: m } } }
`,
      { env: { STAGE: "test" } },
    );
    expect(config.prompts.p?.tags).toEqual({ env: "prod" });
    expect(config.prompts.q?.tags).toEqual({ env: "test" });
    expect(config.datasets.d?.spec.inputs).toEqual({ value: "column" });
    expect(config.agents.a?.tools[0]).toMatchObject({
      function: { parameters: { properties: { value: { env: "X" } } } },
    });
  });

  test("forms without a value", async () => {
    expect(
      await issuesOf(model("seed: {env: NO}\nstop: {options: [{env: NO}]}\napi_key: {scope: s, secret: k}")),
    ).toEqual([
      "config.yaml:5:7  resources.llms.m.seed: environment variable NO is not set; set it, add it to a .env file next to the config, or add a default: {env: NO, default_value: …}",
      "config.yaml:6:7  resources.llms.m.stop: none of the options has a value; set one of them, or add default_value",
      "config.yaml:7:7  resources.llms.m.api_key: the Databricks secret s/k cannot be read here; add default_value, or use an environment variable: {env: NAME}",
    ]);
  });
});

describe("variables and parameters", () => {
  const declared = `
variables:
  catalog: main
  size: 30
  from_env: { env: V, default_value: fallback }
  text: "x \${env:W:-w}"
  unused: { env: NOT_SET }
parameters:
  stage: { description: where, default: dev }
  plain: p
  open: { description: no default }
`;

  test("by either name, typed if they are the whole value", async () => {
    const config = await readText(
      `${declared}${model('stop: ["${var.catalog}.${param.stage}", "${var.from_env}", "${var.text}", "${var.plain}", "${param.catalog}"]\nmax_tokens: ${var.size}\nseed: ${var.none:-4}')}`,
    );
    expect(config.models.m?.spec.parameters).toEqual({
      stop: ["main.dev", "fallback", "x w", "p", "main"],
      maxTokens: 30,
      seed: 4,
    });
  });

  test("the environment wins over a parameter, and --set over the file", async () => {
    const text = `${declared}${model('stop: ["${param.stage}", "${var.catalog}"]')}`;
    const config = await readText(text, {
      env: { stage: "live", catalog: "no" },
      set: ["variables.catalog=other"],
    });
    expect(config.models.m?.spec.parameters.stop).toEqual(["live", "other"]);
  });

  test("an unknown one, and one without a value", async () => {
    expect(
      await issuesOf(
        `${declared}${model("stop: ${var.catalogue}\ndescription: ${param.open}\nname2: ${var.zzzzzz}").replace("name2", "base_url")}`,
      ),
    ).toEqual([
      "config.yaml:16:7  resources.llms.m.stop: there is no variable catalogue; did you mean catalog?",
      "config.yaml:17:7  resources.llms.m.description: variable open has no value; set one under `parameters`, or add a default: ${param.open:-…}",
      "config.yaml:18:7  resources.llms.m.base_url: there is no variable zzzzzz; declare it under `variables`, or add a default: ${var.zzzzzz:-…}",
    ]);
  });
});

describe(".env", () => {
  test("next to the config completes the environment", async () => {
    const config = await readText(model('stop: ["${env:A}", "${env:B}"]'), {
      env: { A: "environment" },
      files: { ".env": "A=file\nB='from file'\n# comment\nOPENAI_API_KEY=sk-from-file\n" },
    });
    expect(config.models.m?.spec.parameters.stop).toEqual(["environment", "from file"]);
    expect(config.models.m?.secrets.apiKey?.reveal()).toBe("sk-from-file");
  });

  test("--env-file replaces it", async () => {
    const config = await readText(model('stop: ["${env:A}", "${env:B:-none}"]'), {
      files: { ".env": "A=1\nB=2\n", "other.env": "A=3\n" },
      envFile: "other.env",
    });
    expect(config.models.m?.spec.parameters.stop).toEqual(["3", "none"]);
  });

  test("--env-file must exist, and is reported with all other mistakes", async () => {
    expect(await issuesOf(withOptimization("num_candidate: 3"), { envFile: "missing.env" })).toEqual([
      "--env-file  missing.env cannot be read: no such file; pass --env-file a file of NAME=value lines",
      "config.yaml:18:7  optimizations.prompt_optimizations.kinder.num_candidate: unknown key; did you mean num_candidates?",
    ]);
  });
});
