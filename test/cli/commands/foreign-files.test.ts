import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { runCli } from "../../support/run-cli.ts";

let cwd: string;
const cli = (...args: readonly string[]) => runCli(args, { cwd });
const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
const oneLine = (text: string) => text.replaceAll(/\s+/g, " ");

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "foreign-files-")));
  const folder = cwd;
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

const prompty = `---
model: gpt-4o
sample:
  text: fine
---
system:
Classify the sentiment.

user:
{{text}}
`;

describe("a prompt file of another tool", () => {
  test("is imported once, under its name or --path, with its warnings", async () => {
    write("a.prompty", prompty);
    const added = await cli("registry", "import", "a.prompty", "--path", "main/a", "--json");
    expect(added.json).toMatchObject({
      added: ["main/a"],
      versions: 1,
      notes: ["a.prompty:3: samples and defaults of inputs are left out; rows give the values"],
    });
    const again = await cli("registry", "import", "a.prompty", "--path", "main/a", "--json");
    expect(again.json).toMatchObject({ added: [], unchanged: ["main/a"], versions: 0 });
    const nameless = await cli("registry", "import", "a.prompty");
    expect([nameless.exitCode, oneLine(nameless.stderr)]).toEqual([
      2,
      expect.stringContaining("a.prompty has no name"),
    ]);
  });

  test("a list of Langfuse prompts becomes prompts and versions, or nothing", async () => {
    const prompt = (name: string, text: string, model = "gpt-4o") => ({
      name,
      type: "text",
      prompt: text,
      config: { model },
      labels: [],
    });
    write(
      "all.json",
      JSON.stringify([prompt("a", "Hi {{x}}"), prompt("a", "Hello {{x}}"), prompt("b/c", "{{y}}")]),
    );
    expect((await cli("registry", "import", "all.json", "--json")).json).toMatchObject({
      added: ["a", "b/c"],
      versions: 3,
    });
    write(
      "bad.json",
      JSON.stringify([
        prompt("d", "Hi"),
        { ...prompt("e", "Hi"), config: { model: "m", temperature: "hot" } },
      ]),
    );
    const bad = await cli("registry", "import", "bad.json");
    expect([bad.exitCode, oneLine(bad.stderr)]).toEqual([2, expect.stringContaining("bad.json[1]")]);
    expect((await cli("registry", "list", "--json")).stdout).not.toContain('"d"');
  });

  test("works in a config; validate shows warnings and errors with their lines", async () => {
    write("a.prompty", prompty);
    write(
      "config.yaml",
      `resources: {llms: {m: {name: offline/small, provider: offline}}}
prompts: {p: {name: p, file: a.prompty}}
agents: {a: {name: a, model: m, prompt: p}}
datasets:
  d: {name: d, data: [{inputs: {text: Great}, expectations: {expected_response: positive}}, {inputs: {text: Bad}, expectations: {expected_response: negative}}]}
optimizations:
  prompt_optimizations: {o: {prompt: p, agent: a, dataset: d}}
`,
    );
    const valid = await cli("validate", "config.yaml");
    expect(valid.exitCode).toBe(0);
    expect(oneLine(valid.stdout + valid.stderr)).toContain(
      "a.prompty:3: samples and defaults of inputs are left out",
    );
    write("a.prompty", prompty.replace("{{text}}", '{{text}}\n{% include "x" %}'));
    const invalid = await cli("validate", "config.yaml");
    expect([invalid.exitCode, oneLine(invalid.stderr)]).toEqual([
      2,
      expect.stringContaining("a.prompty:11:1 {% include … %} is not supported"),
    ]);
  });
});

describe("recorded spans", () => {
  const fixture = (name: string) => {
    const from = fileURLToPath(new URL(`../../traces/otlp/fixtures/${name}`, import.meta.url));
    cpSync(from, join(cwd, name));
    return name;
  };

  test("are imported with counts of what was left out, as text and as JSON", async () => {
    const text = await cli("collect", "import", fixture("google-adk.jsonl"));
    expect(text.stdout).toContain("left out: 1 span of gcp.vertex.agent: calls of tools");
    const { json } = await cli(
      "collect",
      "import",
      fixture("openai-v2.jsonl"),
      fixture("pydantic-ai.jsonl"),
      "--json",
    );
    expect(json).toMatchObject({
      traces: { read: 6 },
      left_out: [
        {
          file: "pydantic-ai.jsonl",
          kind: "spans of pydantic-ai",
          reason: "calls of tools",
          count: 1,
          attributes: [],
        },
      ],
    });
  });

  test("without a call end with the reason and the attributes seen", async () => {
    const span = {
      traceId: "5b8efff798038103d269b633813fc60c",
      spanId: "0000000000000001",
      name: "chat",
      startTimeUnixNano: "1760000000000000000",
      attributes: [
        { key: "gen_ai.request.model", value: { stringValue: "m" } },
        { key: "acme.prompt", value: { stringValue: "Hi" } },
      ],
    };
    write(
      "x.json",
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: "acme" }, spans: [span] }] }] }),
    );
    const refused = await cli("collect", "import", "x.json");
    expect(refused.exitCode).toBe(2);
    expect(oneLine(refused.stderr)).toContain(
      "1 span of acme: neither messages nor an answer by a known convention (attributes seen: gen_ai.request.model, acme.prompt)",
    );
  });

  test("rows of agents are not mixed with rows of calls", async () => {
    const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
    const span = (id: string, kind: string, input: string) => ({
      traceId: "5b8efff798038103d269b633813fc60c",
      spanId: `000000000000000${id}`,
      name: kind,
      startTimeUnixNano: "1760000000000000000",
      attributes: [
        attribute("openinference.span.kind", kind),
        attribute("input.value", input),
        attribute("output.value", "Rainy."),
      ],
    });
    const spans = [span("1", "AGENT", '{"goal":"Weather?"}'), span("2", "CHAIN", '{"city":"Paris"}')];
    write("x.json", JSON.stringify({ resourceSpans: [{ scopeSpans: [{ scope: { name: "app" }, spans }] }] }));
    const { json } = await cli("collect", "import", "x.json", "--dataset", "d", "--json");
    expect(json).toMatchObject({ dataset: { rows: 1 }, left_out: [{ kind: "rows of agents", count: 1 }] });
    const agents = await cli("traces", "export", "--where", "span_kind=agent", "--format", "dataset");
    expect(agents.stdout).toContain('"goal"');
  });

  test("of console exporters are read from their output", async () => {
    write(
      "out.txt",
      `{
  resource: { attributes: { 'service.name': 'app' } },
  instrumentationScope: { name: 'ai', version: undefined, schemaUrl: undefined },
  traceId: '5b8efff798038103d269b633813fc60c',
  parentSpanContext: undefined,
  name: 'ai.generateText.doGenerate',
  id: '0000000000000001',
  kind: 0,
  timestamp: 1760000000000000,
  duration: 250000.5,
  attributes: {
    'ai.operationId': 'ai.generateText.doGenerate',
    'ai.prompt.messages': '[{"role":"user","content":[{"type":"text","text":"It\\'s?\\\\n"}]}]',
    'ai.response.text': 'Line one\\n' +
      'line two',
    'gen_ai.response.finish_reasons': [ 'stop' ]
  },
  status: { code: 0 },
  events: [],
  links: []
}
listening on port 3000
{
  traceId: 'x',
  attributes: { a: [Object] }
}
`,
    );
    const { json } = await cli("collect", "import", "out.txt", "--json");
    expect(json).toMatchObject({
      traces: { read: 1 },
      problems: {
        count: 2,
        shown: [
          { line: 22, message: "text between documents" },
          { line: 23, message: expect.stringContaining("a value was cut off when it was printed") },
        ],
      },
    });
    expect((await cli("traces", "export")).stdout).toContain('"output":"Line one\\nline two"');
  });
});
