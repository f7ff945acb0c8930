import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";

const models = "resources: { llms: { m: { name: offline/large, provider: offline } } }";

function project(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "conversations-")));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

interface Sent {
  readonly role: string;
  readonly content: unknown;
}

/** Messages of every request to a target, in the order of the journal. */
function requestsOf(folder: string): readonly (readonly Sent[])[] {
  const runs = join(folder, ".dao-opt", "runs");
  const [run = ""] = readdirSync(runs);
  return readFileSync(join(runs, run, "journal.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith('{"address"'))
    .map((line) => JSON.parse(line).exchange.question.messages as readonly Sent[]);
}

async function run(folder: string) {
  const result = await runCli(["run", "config.yaml", "--json"], { cwd: folder });
  expect(result.stderr).not.toContain("error:");
  return result;
}

describe("rows of dao-ai", () => {
  const config = `${models}
prompts:
  p:
    default_template: |
      - **User Id**: {user_id}
      You are an expert for {{store}}.
    locked: ["{user_id}"]
agents: { a: { model: m, prompt: p } }
optimizations:
  training_datasets:
    d:
      name: d
      data:
        - inputs: { messages: [{ role: user, content: "How do I hang a door?" }], custom_inputs: { configurable: { user_id: u1 }, store: "12" } }
          expectations: { expected_facts: ["use hinges"] }
        - inputs: { messages: [{ role: user, content: "How do I cut PVC pipe?" }], custom_inputs: { configurable: { user_id: u2 }, store: "13" } }
          expectations: { expected_facts: ["use a pipe cutter"] }
  prompt_optimizations: { o: { prompt: p, agent: a, dataset: d } }
`;

  test("the prompt is the system message, the row's messages follow, and variables come from custom_inputs", async () => {
    const folder = project({ "config.yaml": config });
    const validated = await runCli(["validate", "config.yaml"], { cwd: folder });
    expect(validated.exitCode).toBe(0);
    const { json } = await run(folder);
    expect(requestsOf(folder)).toContainEqual([
      { role: "system", content: "- **User Id**: u1\nYou are an expert for 12.\n" },
      { role: "user", content: "How do I hang a door?" },
    ]);
    expect(json).toMatchObject({ optimizations: [{ status: "no_proven_improvement" }] });
  });

  test("reflections and judges read the conversation as a transcript", async () => {
    const folder = project({ "config.yaml": config });
    await run(folder);
    const texts = requestsOf(folder).flatMap((messages) => messages.map(({ content }) => String(content)));
    const seen = texts.filter((text) =>
      text.includes("user: How do I hang a door?\n\nstore: 12\nuser_id: u1"),
    );
    expect(seen.length).toBeGreaterThan(1);
    expect(texts.some((text) => text.includes('[{"role"'))).toBe(false);
  });

  test("rows with expected facts alone are scored by a judge that looks for each fact", async () => {
    const folder = project({
      "config.yaml": config.replaceAll('expected_facts: ["use', 'expected_facts: ["be safe", "use'),
    });
    const validated = await runCli(["validate", "config.yaml"], { cwd: folder });
    expect(validated.stdout + validated.stderr).toContain(
      "o: scorer equivalence, chosen because rows have expected facts and no expected answer: a judge looks for each fact",
    );
    const { json } = await run(folder);
    const judged = requestsOf(folder)
      .flatMap((messages) => messages.map(({ content }) => String(content)))
      .filter((text) => text.includes('"verdicts"'));
    expect(judged.length).toBeGreaterThan(0);
    for (const text of judged) expect(text).toMatch(/be safe[\s\S]*use (hinges|a pipe cutter)/);
    // Neither fact is an error of scoring, and an answer that states none scores 0.
    expect(json).toMatchObject({
      optimizations: [{ scores: { validation: { base: 0, failed: { base: 0, optimized: 0 } } } }],
    });
  });

  test("a variable missing from the rows is an error with its position", async () => {
    const folder = project({ "config.yaml": config.replaceAll("{user_id}", "{user_idd}") });
    const { exitCode, stderr } = await runCli(["validate", "config.yaml"], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("the template needs user_idd");
  });
});

describe("rows with messages alone", () => {
  const config = `${models}
prompts: { p: { default_template: [{ role: system, content: "Be {{tone}}." }] } }
agents: { a: { model: m, prompt: p } }
optimizations:
  prompt_optimizations: { o: { prompt: p, agent: a, dataset: { name: d, path: rows.jsonl } } }
`;
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
  const call = { id: "c1", type: "function", function: { name: "find", arguments: '{"q":"x"}' } };
  const rows = [
    {
      tone: "kind",
      messages: [
        { role: "user", content: [{ type: "text", text: "What is this?" }, image] },
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "c1", content: "a door" },
        { role: "assistant", content: "A door." },
      ],
    },
    {
      tone: "formal",
      messages: [
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Good day." },
      ],
    },
  ];

  test("the last assistant turn is the expected answer, the rest is sent, images and tool calls included", async () => {
    const folder = project({
      "config.yaml": config,
      "rows.jsonl": rows.map((row) => JSON.stringify(row)).join("\n"),
    });
    await run(folder);
    const [first, second] = requestsOf(folder).filter((messages) => messages[0]?.role === "system");
    const sent = [first, second].find((messages) => String(messages?.[0]?.content) === "Be kind.");
    expect(sent).toEqual([
      { role: "system", content: "Be kind." },
      { role: "user", content: [{ type: "text", text: "What is this?" }, image] },
      { role: "assistant", content: null, toolCalls: [{ id: "c1", name: "find", arguments: '{"q":"x"}' }] },
      { role: "tool", content: "a door", toolCallId: "c1" },
    ]);
  });

  test("a CSV cell may contain the messages as JSON", async () => {
    const cell = JSON.stringify([{ role: "user", content: "Where is my order?" }]).replaceAll('"', '""');
    const folder = project({
      "config.yaml": config.replace("path: rows.jsonl", "path: rows.csv, expected: target"),
      "rows.csv": `messages,tone,target\n"${cell}",formal,See Order History.\n"${cell.replace("order", "refund")}",kind,Soon.\n`,
    });
    await run(folder);
    expect(requestsOf(folder)).toContainEqual([
      { role: "system", content: "Be formal." },
      { role: "user", content: "Where is my order?" },
    ]);
  });

  test("a template that inserts the messages itself gets them only there", async () => {
    const template =
      '[{ role: system, content: "Be {{tone}}." }, { role: chat_history, content: "{{messages}}" }]';
    const folder = project({
      "config.yaml": config.replace(/default_template: \[.*?\] /, `default_template: ${template} `),
      "rows.jsonl": rows.map((row) => JSON.stringify(row)).join("\n"),
    });
    await run(folder);
    const sent = requestsOf(folder).find((messages) => String(messages[0]?.content) === "Be formal.");
    expect(sent).toEqual([
      { role: "system", content: "Be formal." },
      { role: "user", content: "Hello" },
    ]);
  });
});

test("template_language: single_brace reads {name} in rows of any kind, and keeps it as {{name}}", async () => {
  const folder = project({
    "config.yaml": `${models}
prompts: { p: { default_template: 'Answer {{"label": …}} for: {text}', template_language: single_brace } }
agents: { a: { model: m, prompt: p } }
datasets:
  d: { data: [{ inputs: { text: "Great" }, expectations: { expected_response: positive } }, { inputs: { text: "Bad" }, expectations: { expected_response: negative } }] }
optimizations: { prompt_optimizations: { o: { prompt: p, agent: a, dataset: d } } }
`,
  });
  await run(folder);
  expect(requestsOf(folder)).toContainEqual([{ role: "user", content: 'Answer {"label": …} for: Great' }]);
});

describe("{name} in a template without template_language", () => {
  const config = (inputs: string) =>
    `${models}
prompts: { p: { default_template: "Answer {q} {r}." } }
agents: { a: { model: m, prompt: p } }
optimizations:
  training_datasets: { d: { name: d, data: [1, 2].map } }
  prompt_optimizations: { o: { prompt: p, agent: a, dataset: d } }
`.replace(
      "[1, 2].map",
      `[${["1", "2"].map((at) => `{ inputs: ${inputs.replaceAll("N", at)}, expectations: { expected_response: yes } }`).join(", ")}]`,
    );

  test.each([
    [
      "messages",
      "{ messages: [{ role: user, content: hi N }], q: vN, r: w }",
      { role: "system", content: "Answer v1 w." },
    ],
    [
      "custom_inputs",
      "{ custom_inputs: { configurable: { q: vN }, r: w } }",
      { role: "user", content: "Answer v1 w." },
    ],
  ])("is a variable if the rows have %s", async (_, inputs, sent) => {
    const folder = project({ "config.yaml": config(inputs) });
    await run(folder);
    expect(requestsOf(folder).map(([first]) => first)).toContainEqual(sent);
  });

  test("is plain text for other rows, which validate reports", async () => {
    const folder = project({ "config.yaml": config("{ q: vN, r: w }") });
    const { exitCode, stderr } = await runCli(["validate", "config.yaml"], { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("write {{q}} for {q}");
  });
});

test("variables that only ignored sections and keys need are not asked for", async () => {
  const folder = project({
    "config.yaml": `
parameters: { space: { description: filled in by a deployment } }
variables: { host: { env: NOT_SET_ANYWHERE } }
service_principals: { robot: { client_id: { env: NOT_SET_ANYWHERE }, client_secret: { env: NOT_SET_ANYWHERE } } }
resources:
  llms: { m: &m { name: offline/large, provider: offline, on_behalf_of_user: true, permissions: ["\${var.space}"] } }
  databases: { d: { name: d, host: "\${var.host}" } }
tools: { t: { name: t, function: { space_id: "\${var.space}" } } }
app: { name: { env: NOT_SET_ANYWHERE } }
prompts: { p: &p { name: p, default_template: "Answer {q}." } }
agents: { a: &a { name: a, model: *m, prompt: *p, middleware: ["\${var.space}"] } }
optimizations:
  training_datasets: { d: &d { name: d, data: [{ inputs: { custom_inputs: { q: a } }, expectations: { expected_response: yes } }, { inputs: { custom_inputs: { q: b } }, expectations: { expected_response: no } }] } }
  prompt_optimizations: { o: { name: o, prompt: *p, agent: *a, dataset: *d } }
`,
  });
  const { exitCode } = await run(folder);
  expect([0, 100]).toContain(exitCode);
});
