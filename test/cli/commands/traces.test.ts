import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { beforeEach, describe, expect, test } from "vitest";
import { outputSchemas } from "../../../src/cli/output/index.ts";
import type { Trace } from "../../../src/core/trace.ts";
import { openDatasetStore } from "../../../src/datasets/open-dataset-store.ts";
import { openTraceStore } from "../../../src/traces/open-trace-store.ts";
import { recordOfTrace } from "../../../src/traces/trace-record.ts";
import { temporaryFolder } from "../../registry/temporary-folder.ts";
import { collect, traceAt } from "../../suites/trace-store.ts";
import { type CliOptions, runCli } from "../../support/run-cli.ts";

let cwd: string;

beforeEach(() => {
  cwd = temporaryFolder();
});

const folder = () => join(cwd, ".dao-opt", "traces");
const traces: readonly Trace[] = [
  traceAt(1, {
    traceId: "tr_one",
    chatId: "c",
    model: "gpt-4o",
    provider: "openai",
    prompt: { path: "main/default/x", version: 3 },
    messages: [
      { role: "system", content: "Say\nwhat it is." },
      {
        role: "user",
        content: [
          { type: "text", text: "Lovely." },
          { type: "image_url", image_url: { url: "x" } },
        ],
      },
    ],
    output: "positive",
    latencyMs: 812,
    usage: { inputTokens: 1200, outputTokens: 3, reasoningTokens: 1 },
    costUsd: 0.0004,
    metadata: { tenant: { id: 7 } },
  }),
  traceAt(2, { traceId: "tr_two", chatId: "c", error: "429: slow\ndown", chainId: "j" }),
  traceAt(3, {
    traceId: "tr_three",
    chainId: "j",
    output: null,
    toolCalls: [{ id: "c1", name: "look_up", arguments: '{"a":1}' }],
  }),
];

async function keep(kept: readonly Trace[] = traces): Promise<void> {
  const store = openTraceStore({ folder: folder() });
  for (const trace of kept) store.append(trace);
  expect(await store.close()).toEqual({ count: 0 });
}

const cli = (args: readonly string[], options: Partial<CliOptions> = {}) => runCli(args, { cwd, ...options });
const listed = async (...args: readonly string[]) =>
  ((await cli(["traces", "list", "--json", ...args])).json as { trace_id: string }[]).map(
    ({ trace_id: id }) => id,
  );

describe("traces list", () => {
  test("prints the newest first, one line each", async () => {
    await keep();
    const { stdout, exitCode, stderr } = await cli(["traces", "list"], { columns: 100 });
    expect([exitCode, stderr]).toEqual([0, ""]);
    const rows = stdout.split("\n").filter((line) => line.includes("tr_"));
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ["tr_three", "2026-11-20 10:00:03", "–", "–", 'look_up({"a":1})', "–", "–"],
      ["tr_two", "2026-11-20 10:00:02", "–", "–", "error: 429: slow down", "–", "–"],
      ["tr_one", "2026-11-20 10:00:01", "main/default/x@3", "gpt-4o", "positive", "0.8 s", "–"],
    ]);
  });

  test("fits a narrow terminal", async () => {
    await keep([{ ...(traces[0] as Trace), output: "Grüße ".repeat(100) }]);
    for (const columns of [120, 60, 30]) {
      const { stdout } = await cli(["traces", "list"], { columns });
      expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(columns);
      expect(stdout).toContain("tr_one");
    }
  });

  test("of a chat or a chain is in chronological order", async () => {
    await keep();
    expect(await listed()).toEqual(["tr_three", "tr_two", "tr_one"]);
    expect(await listed("--chat", "c")).toEqual(["tr_one", "tr_two"]);
    expect(await listed("--chain", "j")).toEqual(["tr_two", "tr_three"]);
  });

  test.each<[readonly string[], readonly string[]]>([
    [
      ["--since", "2026-11-20T10:00:02Z"],
      ["tr_three", "tr_two"],
    ],
    [["--since", "2026-11-20 10:00:03"], ["tr_three"]],
    [["--until", "2026-11-20T12:00:02+02:00"], ["tr_one"]],
    [["--since", "90s"], []],
    [
      ["--since", "5000w"],
      ["tr_three", "tr_two", "tr_one"],
    ],
    [["--prompt", "main/"], ["tr_one"]],
    [["--model", "gpt-4o"], ["tr_one"]],
    [["--error"], ["tr_two"]],
    [["--no-error"], ["tr_three", "tr_one"]],
    [["--rating", "<0.5"], ["tr_one"]],
    [["--rating", ">= .7"], ["tr_two"]],
    [["--rating", "1"], []],
    [["--where", "tenant.id=7"], ["tr_one"]],
    [["--where", 'tenant={"id":7}', "--where", "usage.input_tokens=1200"], ["tr_one"]],
    [["--where", "error=429: slow\ndown"], ["tr_two"]],
    [["--search", "TEXT 3"], ["tr_three"]],
    [["--limit", "1"], ["tr_three"]],
    [["--chat", "c", "--error"], ["tr_two"]],
  ])("%j", async (flags, expected) => {
    await keep();
    await cli(["feedback", "tr_one", "--rating", "0.2"]);
    await cli(["feedback", "tr_two", "--rating", "0.7"]);
    expect(await listed(...flags)).toEqual(expected);
  });

  test("reports that there are more traces, and the path if there are none", async () => {
    expect((await cli(["traces", "list"])).stdout).toBe(`no such traces in ${folder()}\n`);
    await keep(Array.from({ length: 60 }, (_, at) => traceAt(at)));
    const { stdout, stderr } = await cli(["traces", "list", "--json"]);
    expect(JSON.parse(stdout)).toHaveLength(50);
    expect(stderr).toBe("the newest 50; there are more: --limit 100, or --limit 0 for all\n");
    const all = await cli(["traces", "list", "--json", "--limit", "0"]);
    expect([JSON.parse(all.stdout).length, all.stderr]).toEqual([60, ""]);
  });

  test("reports all errors at once", async () => {
    const { exitCode, stderr } = await cli([
      "traces",
      "list",
      "--since",
      "soon",
      "--rating",
      "low",
      "--where",
      "x",
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /--since must be a date .* got "soon"\n--rating must be .* got "low"\n--where must be .* got "x"\n/,
    );
    const noDay = await cli(["traces", "list", "--until", "2026-02-30"]);
    expect(noDay.stderr).toContain("--until must be a date such as 2026-11-21T09:30Z");
    expect((await cli(["traces", "list", "--limit", "-1"])).stderr).toContain(
      "--limit must be a whole number",
    );
  });

  test("skips unreadable lines with a warning", async () => {
    await keep();
    appendFileSync(join(folder(), "2026-11-20.jsonl"), 'half a line\n{"trace_id": 5}\n');
    const { exitCode, stderr } = await cli(["traces", "list"]);
    expect([exitCode, stderr]).toEqual([
      0,
      "warning: .dao-opt/traces/2026-11-20.jsonl: 2 lines unreadable, skipped\n",
    ]);
  });

  test("a file in place of the folder is one clear error", async () => {
    writeFileSync(join(cwd, "taken"), "");
    const { exitCode, stderr } = await cli(["traces", "list", "--state", "taken"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: .*taken\/traces: a file exists where a folder is needed\n {2}→ /);
  });
});

test("model output cannot control the terminal", async () => {
  await keep([{ ...(traces[0] as Trace), output: "\u001b[31mred\u009b2J\u0007", user: "a\u001b]0;b" }]);
  for (const args of [["list"], ["show", "tr_one"], ["export", "--format", "csv"]]) {
    const { stdout } = await cli(["traces", ...args]);
    const isData = args[0] === "export";
    expect(/[^\P{Cc}\n\t]/u.test(stdout)).toBe(isData);
    if (!isData) expect(stdout).toContain("␛[31mred\ufffd2J␇");
  }
});

describe("traces show", () => {
  test("prints every detail of a call", async () => {
    await keep();
    await cli([
      "feedback",
      "tr_one",
      "--rating",
      "0.2",
      "--better",
      "negative",
      "--comment",
      "why",
      "--by",
      "ada",
    ]);
    const { stdout } = await cli(["traces", "show", "tr_one"]);
    expect(stdout.replace(/\d{4}-\S+Z by/, "AT by")).toBe(`Trace    tr_one
Prompt   main/default/x@3
Model    openai/gpt-4o
Started  2026-11-20T10:00:01.000Z
Took     0.8 s
Tokens   1,200 in, 3 out, 1 of them reasoning
Cost     $0.00040
Chat     c

Inputs
  text: text 1

Messages
  system:
    Say
    what it is.
  user:
    Lovely.
    [image_url]

Answer
  positive

Feedback
  AT by ada:
    rating 0.2
    better: negative
    why

Metadata
  tenant: {"id":7}
`);
  });

  test("accepts a prefix of an id, and suggests ids similar to an unknown one", async () => {
    await keep();
    expect((await cli(["traces", "show", "tr_th", "--json"])).json).toEqual(
      recordOfTrace(traces[2] as Trace),
    );
    expect((await cli(["traces", "show", "tr_t"])).stderr).toMatch(/did you mean tr_three or tr_two\?/);
    const unknown = await cli(["traces", "show", "tr_onx"]);
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      2,
      'error: no trace named "tr_onx"\n  → did you mean tr_one?\n',
    ]);
  });
});

describe("feedback", () => {
  test("is stored, merged and withdrawn", async () => {
    await keep();
    const given = await cli(["feedback", "tr_one", "--rating", "1", "--json"]);
    expect(given.json).toEqual({
      trace_id: "tr_one",
      feedback: { rating: 1, at: expect.any(String) },
      datasets: [],
    });
    expect((await cli(["traces", "show", "tr_one", "--json"])).json).toMatchObject({
      feedback: [{ rating: 1 }],
    });
    expect((await cli(["feedback", "tr_one", "--take-back"])).stdout).toBe("tr_one: feedback taken back\n");
    expect((await cli(["traces", "show", "tr_one", "--json"])).json).not.toHaveProperty("feedback");
  });

  test.each([
    [["tr_one"], "no feedback given"],
    [["tr_one", "--rating", "2"], "from 0 (wrong) to 1 (right)"],
    [["tr_one", "--rating", "-0.1"], "from 0 (wrong) to 1 (right)"],
    [["tr_one", "--rating", "good"], "from 0 (wrong) to 1 (right)"],
    [["tr_one", "--take-back", "--rating", "1"], "--take-back cannot be combined"],
    [["tr_onx", "--rating", "1"], 'no trace named "tr_onx"'],
  ])("%j is refused", async (args, message) => {
    await keep();
    const { exitCode, stderr } = await cli(["feedback", ...args]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(join(folder(), "feedback.jsonl"))).toBe(false);
  });
});

describe("feedback on a trace that a dataset has a row of", () => {
  const correct = (...args: readonly string[]) => cli(["feedback", "tr_one", ...args]);
  const datasets = () => openDatasetStore({ folder: join(cwd, ".dao-opt", "datasets") });
  const source = { type: "trace", traceId: "tr_one" };
  const row = { inputs: { text: "text 1" }, outputs: "positive", source };
  const others = [
    { inputs: { text: "text 2" }, outputs: "no", expectations: { expected_response: "WRONG" } },
    { inputs: { text: "text 3" }, tags: { rating: 0.1 }, source: { type: "trace", traceId: "tr_two" } },
  ];
  beforeEach(async () => {
    await keep();
    await datasets().merge("rows", [row, ...others]);
  });

  test("is in the row, where the latest values win, and is removed if withdrawn", async () => {
    expect((await correct("--better", "WRONG", "--rating", "0.1")).stdout).toBe(
      "tr_one: feedback kept, and in the row of rows\n",
    );
    await correct("--better", "negative");
    expect(await collect(datasets().records("rows"))).toEqual([
      { ...row, expectations: { expected_response: "negative" }, tags: { rating: 0.1 } },
      ...others,
    ]);
    expect((await correct("--take-back")).stdout).toBe(
      "tr_one: feedback taken back, and out of the row of rows\n",
    );
    expect(await collect(datasets().records("rows"))).toEqual([row, ...others]);
    expect((await correct("--take-back", "--json")).json).toMatchObject({ datasets: [] });
  });

  test("keeps an expected answer of another origin, and tags", async () => {
    const ours = {
      expectations: { expected_response: "mine", note: "n" },
      tags: { rating: 0.4, split: "a" },
    };
    await correct("--rating", "0.1");
    await datasets().merge("rows", [{ inputs: row.inputs, ...ours }]);
    await correct("--take-back");
    expect((await collect(datasets().records("rows")))[0]).toEqual({ ...row, ...ours });
  });
});

describe("traces export", () => {
  test("writes the traces unchanged, oldest first, and importing them gives the same store", async () => {
    await keep();
    const { stdout } = await cli(["traces", "export"]);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(traces.map(recordOfTrace));
  });

  test("--safe prevents spreadsheets from evaluating texts as formulas", async () => {
    await keep([traceAt(1, { output: "=HYPERLINK(1)", user: "@sum", error: "plain" })]);
    const plain = await cli(["traces", "export", "--format", "csv"]);
    expect(plain.stdout).toContain(",=HYPERLINK(1),,plain,");
    const safe = await cli(["traces", "export", "--format", "csv", "--safe"]);
    expect(safe.stdout).toContain(",'=HYPERLINK(1),,plain,");
    expect(safe.stdout).toContain(",'@sum,");
    expect((await cli(["traces", "export", "--safe"])).exitCode).toBe(2);
  });

  test("writes rows of a dataset, with the feedback on the answers", async () => {
    await keep();
    await cli(["feedback", "tr_one", "--rating", "0.2", "--better", "negative"]);
    const done = await cli([
      "traces",
      "export",
      "--format",
      "dataset",
      "--output",
      "rows.jsonl",
      "--limit",
      "1",
      "--json",
    ]);
    expect(done.json).toEqual({
      format: "dataset",
      output: join(cwd, "rows.jsonl"),
      traces: 1,
      rows: 1,
      left_out: 0,
    });
    expect(JSON.parse(readFileSync(join(cwd, "rows.jsonl"), "utf8"))).toEqual({
      inputs: { text: "text 1" },
      outputs: "positive",
      expectations: { expected_response: "negative" },
      tags: { rating: 0.2 },
      source: { type: "trace", trace_id: "tr_one" },
    });
  });

  test("writes equal inputs once, merged as in a dataset", async () => {
    const twice = { messages: [{ role: "user", content: "Say" }] } as const;
    await keep([
      traceAt(1, { ...twice, inputs: { text: "a", more: 1 }, output: "old" }),
      traceAt(2, { ...twice, inputs: { text: "b" }, output: "other" }),
      traceAt(3, { ...twice, inputs: { more: 1, text: "a" }, output: "new" }),
    ]);
    await cli(["feedback", "t1", "--better", "right"]);
    const done = await cli(["traces", "export", "--format", "dataset"]);
    const rows = done.stdout.trim().split("\n");
    const merged = await cli(["traces", "export", "--format", "dataset", "--output", "rows.jsonl", "--json"]);
    expect(merged.json).toMatchObject({ traces: 3, rows: 2, left_out: 0 });
    expect(readFileSync(join(cwd, "rows.jsonl"), "utf8")).toBe(done.stdout);
    expect(rows.map((line) => JSON.parse(line))).toMatchObject([
      { inputs: { text: "a", more: 1 }, outputs: "new", expectations: { expected_response: "right" } },
      { inputs: { text: "b" }, outputs: "other" },
    ]);
    expect(done.stderr).toBe("3 traces exported as 2 rows (equal inputs merged)\n");
    // Merging it into a dataset gives the same rows.
    await cli(["dataset", "merge", "all", "rows.jsonl"]);
    const [known] = await Promise.all([cli(["dataset", "merge", "all", "rows.jsonl", "--json"])]);
    expect(known.json).toMatchObject({ added: 0, updated: 0, rows: 2 });
  });

  test("skips partial answers and errors unless they have a correction", async () => {
    const messages = [{ role: "user", content: "Say" }] as const;
    await keep([
      traceAt(1, { messages }),
      traceAt(2, { messages, output: "ha", error: "the caller went away" }),
      traceAt(3, { messages, output: "ha", error: "the caller went away" }),
    ]);
    await cli(["feedback", "t3", "--better", "half"]);
    const rows = await cli(["traces", "export", "--format", "dataset"]);
    expect(
      rows.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { inputs: { text: "text 1" }, outputs: "fine" },
      { inputs: { text: "text 3" }, expectations: { expected_response: "half" } },
    ]);
    expect(rows.stdout).not.toContain('"ha"');
    expect(rows.stderr).toContain("1 trace with unknown variables or without a usable answer skipped");
    const lines = await cli(["traces", "export", "--format", "openai"]);
    const answers = lines.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).messages[1].content);
    expect(answers).toEqual(["fine", "half"]);
  });

  test("writes OpenAI fine-tuning lines, and reports skipped traces", async () => {
    await keep();
    const { stdout, stderr } = await cli(["traces", "export", "--format", "openai"]);
    expect(JSON.parse(stdout)).toEqual({
      messages: [
        ...(recordOfTrace(traces[0] as Trace)["messages"] as object[]),
        { role: "assistant", content: "positive" },
      ],
    });
    expect(stderr).toBe("1 trace exported, 2 traces without messages or a usable answer skipped\n");
  });

  test("writes CSV", async () => {
    await keep();
    const { stdout } = await cli(["traces", "export", "--format", "csv", "--limit", "2"]);
    const [head, ...rest] = stdout.split("\n");
    expect(head).toMatch(/^trace_id,started_at,.*,better_response,comment$/);
    expect(rest.join("\n")).toContain('"429: slow\ndown"');
    expect(rest[0]).toContain('"{""text"":""text 1""}"');
  });

  test("keeps the existing file if it cannot be written, and names an unknown format", async () => {
    await keep();
    const refused = await cli(["traces", "export", "--output", "nowhere/x.jsonl"]);
    expect([refused.exitCode, refused.stderr]).toEqual([
      1,
      expect.stringContaining("nowhere/x.jsonl cannot be written: its folder does not exist"),
    ]);
    expect((await cli(["traces", "export", "--format", "cvs"])).stderr).toContain("did you mean csv?");
    expect((await cli(["traces", "export", "--json"])).json).toMatchObject({
      error: { code: "usage_invalid", message: expect.stringContaining("--json requires --output") },
    });
    expect(readdirSync(cwd)).toEqual([".dao-opt"]);
  });
});

describe("traces delete", () => {
  test("requires a selection and a confirmation", async () => {
    await keep();
    expect((await cli(["traces", "delete"])).stderr).toContain("no traces selected");
    expect((await cli(["traces", "delete", "--error"])).stderr).toContain(
      "1 trace would be deleted permanently: confirm with --yes",
    );
    const asked: string[] = [];
    const answering = (answer: string) => ({
      ask: async (question: string) => {
        asked.push(question);
        return answer;
      },
    });
    expect((await cli(["traces", "delete", "--chat", "c"], answering("n"))).stdout).toBe(
      "nothing was deleted\n",
    );
    expect(await listed()).toHaveLength(3);
    expect((await cli(["traces", "delete", "--chat", "c"], answering("yes"))).stdout).toBe(
      "2 traces deleted\n",
    );
    expect(asked).toEqual(["Delete 2 traces permanently? [y/N] ", "Delete 2 traces permanently? [y/N] "]);
    expect(await listed()).toEqual(["tr_three"]);
  });

  test("accepts ids, all of which must exist", async () => {
    await keep();
    expect((await cli(["traces", "delete", "tr_one", "tr_x", "--yes"])).exitCode).toBe(2);
    expect(await listed()).toHaveLength(3);
    expect((await cli(["traces", "delete", "tr_one", "tr_two", "--yes", "--json"])).json).toEqual({
      deleted: 2,
    });
    expect(readFileSync(join(folder(), "2026-11-20.jsonl"), "utf8")).not.toMatch(/Lovely|slow/);
    expect((await cli(["traces", "delete", "--until", "2030-01-01", "--yes"])).stdout).toBe(
      "1 trace deleted\n",
    );
    expect(readdirSync(folder())).toEqual([]);
  });
});

describe("traces tail", () => {
  test("starts with the latest and prints each new trace until Ctrl-C", async () => {
    await keep();
    const seen: string[] = [];
    const waiting = new Map<number, () => void>();
    const whenSeen = (count: number) => new Promise<void>((resolve) => waiting.set(count, resolve));
    const [second, third] = [whenSeen(2), whenSeen(3)];
    const running = cli(["traces", "tail", "--json", "--limit", "2"], {
      onStdout: (text) => {
        seen.push(JSON.parse(text).trace_id);
        waiting.get(seen.length)?.();
      },
      interrupts: [{ when: third, signal: "SIGINT" }],
    });
    await second;
    await keep([traceAt(100_000, { traceId: "tr_late" })]);
    expect((await running).exitCode).toBe(0);
    expect(seen).toEqual(["tr_two", "tr_three", "tr_late"]);
  });

  test("one line each, no longer than the terminal", async () => {
    await keep([{ ...(traces[0] as Trace), output: "word ".repeat(50) }]);
    let interrupt = () => {};
    const when = new Promise<void>((resolve) => {
      interrupt = resolve;
    });
    const { stdout } = await cli(["traces", "tail"], {
      columns: 60,
      onStdout: () => interrupt(),
      interrupts: [{ when, signal: "SIGINT" }],
    });
    expect(stdout).toMatch(/^2026-11-20 10:00:01 {2}tr_one {2}main\/default\/x@3 .*…\n$/);
    expect(stdout.trimEnd().length).toBeLessThanOrEqual(60);
  });
});

test("every --json document matches its schema, without unknown fields", async () => {
  await keep();
  const documents: (readonly [string, readonly string[]])[] = [
    ["traces-list", ["traces", "list"]],
    ["feedback", ["feedback", "tr_one", "--rating", "0.5", "--better", "x"]],
    ["traces-show", ["traces", "show", "tr_one"]],
    ["traces-export", ["traces", "export", "--output", "out.jsonl"]],
    ["traces-delete", ["traces", "delete", "tr_one", "--yes"]],
    ["error", ["traces", "show", "tr_one"]],
  ];
  for (const [name, args] of documents) {
    const { json } = await cli([...args, "--json"]);
    const schema = (await cli(["schema", "--output", name])).json as object;
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
    expect([name, validate(json), validate.errors]).toEqual([name, true, null]);
    expect(outputSchemas[name]?.parse(json)).toEqual(json);
  }
});
