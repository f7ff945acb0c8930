import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createImportWorld, fixture } from "../support/import-world.ts";

const jsonl = [
  "rows/records.jsonl",
  "traces/traces.jsonl",
  "openai-chat/requests.jsonl",
  "openai-chat/fine-tuning.jsonl",
  "openai-evals/items.jsonl",
  "otlp/openinference.jsonl",
  "mlflow-traces/traces.jsonl",
  "langfuse/observations_v2.jsonl",
  "langfuse-dataset/items.jsonl",
  "langsmith/runs.jsonl",
  "langsmith-dataset/examples.jsonl",
  "promptfoo/tests.jsonl",
  "libretto/events.jsonl",
];
const documents = [
  "openai-chat/stored-completions.json",
  "otlp/genai.json",
  "mlflow-traces/mlflow2.json",
  "langfuse/trace.json",
  "promptfoo/results.json",
];
const tables = [
  "rows/columns.csv",
  "langfuse/observations.csv",
  "langsmith-dataset/examples.csv",
  "promptfoo/tests.csv",
];
const textOf = (name: string) => readFileSync(fixture(name), "utf8");
const formatOf = (name: string) => name.split("/")[0] ?? "";

describe.each(jsonl)("%s", (name) => {
  const lines = textOf(name).trimEnd().split("\n");
  const read = async (content: string | Uint8Array, file = "x.jsonl") => {
    const world = createImportWorld();
    world.write(file, content);
    const { files, problems } = await world.imported(file, "--dataset", "all");
    return { ...files[0], shown: problems.shown };
  };

  test("reports damaged, foreign and blank lines by number, and reads the others", async () => {
    const [first = "", ...rest] = lines;
    const whole = await read(textOf(name));
    const torn = await read(
      [first, first.slice(0, -9), "", ...rest, '"a text"', "[1]", "null", "{}"].join("\n"),
    );
    expect([torn.traces, torn.rows]).toEqual([whole.traces, whole.rows]);
    expect(torn.format).toBe(formatOf(name));
    const last = lines.length + 2;
    expect(torn.shown.map(({ file, line }) => `${file}:${line}`)).toEqual([
      "x.jsonl:2",
      ...[1, 2, 3, 4].map((more) => `x.jsonl:${last + more}`),
    ]);
    expect(torn.shown[0]?.message).toMatch(/^not JSON at column \d+: it ends too early$/);
    for (const { message } of torn.shown)
      expect(message).not.toMatch(/undefined|\[object|TypeError|Cannot read/);
  });

  test("accepts a byte order mark, carriage returns, a missing last newline, and gzip", async () => {
    const whole = await read(textOf(name));
    for (const [file, content] of [
      ["x.jsonl", `\uFEFF${lines.join("\r\n")}`],
      ["x.log", lines.join("\n")],
      ["x.jsonl.gz", gzipSync(textOf(name))],
    ] as const) {
      expect(await read(content, file)).toMatchObject({
        traces: whole.traces,
        rows: whole.rows,
        problems: 0,
      });
    }
  });

  test("reports or keeps members of the wrong type without failing", async () => {
    for (const wrong of [null, 7, "text", [], {}, true, [[[]]], { a: { b: null } }]) {
      const spoiled = lines.map((line) => {
        const value = JSON.parse(line) as Record<string, unknown>;
        return Object.keys(value).map((key) => JSON.stringify({ ...value, [key]: wrong }));
      });
      const world = createImportWorld();
      world.write("x.jsonl", [...lines, ...spoiled.flat()].join("\n"));
      const { exitCode, stdout } = await world.cli(
        "x.jsonl",
        "--format",
        formatOf(name),
        "--dataset",
        "all",
        "--json",
      );
      expect(stdout).not.toMatch(/"code": "bug"|TypeError|Cannot read/);
      expect(exitCode).toBe(0);
    }
  });
});

describe.each(documents)("%s", (name) => {
  test("reports where a truncated document ends", async () => {
    const world = createImportWorld();
    world.write("x.json", textOf(name).slice(0, -20));
    const auto = await world.cli("x.json", "--dataset", "all");
    expect(auto).toMatchObject({ exitCode: 2 });
    expect(auto.stderr).toMatch(
      /^error: nothing could be read\n {2}x\.json:\d+ {2}not JSON at column \d+: it ends too early\n/,
    );
    const named = await world.cli("x.json", "--format", formatOf(name), "--dataset", "all");
    expect(named.exitCode).toBe(2);
  });

  test("reads a list of such documents", async () => {
    const world = createImportWorld();
    const document = JSON.parse(textOf(name));
    const items = formatOf(name) === "openai-chat" ? document.data : [document];
    world.write("x.json", JSON.stringify(items, null, 2));
    expect((await world.imported("x.json")).files).toMatchObject([{ format: formatOf(name), problems: 0 }]);
  });
});

test("reads the items before the end of a truncated list", async () => {
  const world = createImportWorld();
  const items = textOf("traces/traces.jsonl").trimEnd().split("\n").join(",\n");
  world.write("x.json", `[${items},\n{"trace_id": "tr_3", `);
  const { files, problems } = await world.imported("x.json");
  expect(files).toMatchObject([{ format: "traces", traces: 2, problems: 1 }]);
  expect(problems.shown).toEqual([
    { file: "x.json", line: 3, message: expect.stringContaining("nothing after it can be read") },
  ]);
});

describe.each(tables)("%s", (name) => {
  test("reports short rows by line, and accepts any line endings and marks", async () => {
    const world = createImportWorld();
    world.write("x.csv", `\uFEFF${textOf(name).replace(/\r?\n/g, "\r\n")}only one field\r\n`);
    const { files, problems } = await world.imported("x.csv", "--dataset", "all");
    const whole = createImportWorld();
    const plain = await whole.imported(fixture(name), "--dataset", "all");
    expect(files[0]).toMatchObject({ ...plain.files[0], name: "x.csv", problems: 1 });
    expect(problems.shown[0]?.message).toMatch(/^1 field where the header has \d+$/);
  });
});

describe("unreadable files", () => {
  test.each([
    ["empty.jsonl", "", "the file is empty"],
    ["blank.json", " \n\n", "the file is empty"],
    ["header.csv", "text,label\n", "the file is empty"],
    ["text.txt", "hello there", "neither JSON, JSON Lines, a table, YAML, an Excel workbook nor Parquet"],
    ["torn.yaml", "tests:\n  - vars: {a: [\n", "not YAML"],
    ["open.csv", 'text,label\n"never closed,x\n', "a value opens with a quote that is never closed"],
  ])("%s", async (name, content, message) => {
    const world = createImportWorld();
    world.write(name, content);
    const { exitCode, stderr } = await world.cli(name);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("error: nothing could be read");
    expect(stderr).toContain(message);
  });

  const cure = "not UTF-8 text; convert the file, from Latin-1 with `iconv -f latin1 -t utf8`";
  test.each([
    ["list.json", '[{"inputs":\n{"text":"schön"}}]', 2],
    ["document.json", '{"rows":[\n{"inputs":{"text":"schön"}}]}', 2],
    ["lines.jsonl", '{"inputs":{"text":"schön"}}\n', 1],
    ["tests.yaml", "- vars:\n    text: schön\n", 2],
    ["cut.yaml", "- vars:\n    text: a\n# ö", 3],
  ])("Latin-1 is rejected with its line and a fix: %s", async (name, content, line) => {
    const world = createImportWorld();
    world.write(name, Buffer.from(content, "latin1"));
    for (const format of [[], ["--format", "rows"]]) {
      const { exitCode, stderr } = await world.cli(name, "--dataset", "all", ...format);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`${name}:${line}  ${cure}`);
    }
  });

  test("reports a Latin-1 row, and reads the others", async () => {
    const world = createImportWorld();
    world.write("r.csv", Buffer.from("text,expected\nf\xc3\xadne,x\nsch\xf6n,y\ngood,z\n", "latin1"));
    const { dataset, problems } = await world.imported("r.csv", "--dataset", "all");
    expect(dataset).toMatchObject({ added: 2 });
    expect(problems.shown).toEqual([{ file: "r.csv", line: 3, message: cure }]);
  });

  test("UTF-16 and broken gzip", async () => {
    const world = createImportWorld();
    world.write("wide.jsonl", Buffer.from('\uFEFF{"inputs":{"text":"größer"}}', "utf16le"));
    const wide = await world.imported("wide.jsonl", "--dataset", "wide");
    expect(wide.files).toMatchObject([{ rows: 1, notes: ["read as UTF-16"] }]);
    expect(world.rows("wide")).toMatchObject([{ inputs: { text: "größer" } }]);
    world.write("torn.gz", gzipSync("{}\n".repeat(1000)).subarray(0, 30));
    expect(await world.cli("torn.gz")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("torn.gz"),
    });
  });

  test("rejects a missing file, and a folder that is not a Humanloop export", async () => {
    const world = createImportWorld();
    expect(await world.cli("none.jsonl")).toMatchObject({
      exitCode: 2,
      stderr: 'error: no file named "none.jsonl"\n',
    });
    expect(await world.cli(".")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("is a folder, but not a Humanloop export"),
    });
  });

  test("rejects files that match two formats, or none", async () => {
    const world = createImportWorld();
    const trace = { trace_id: "t", started_at: "2026-01-01T00:00:00Z", custom_id: "c", response: {} };
    world.write("both.jsonl", `${JSON.stringify(trace)}\n`);
    expect(await world.cli("both.jsonl")).toMatchObject({
      exitCode: 2,
      stderr: "error: both.jsonl could be traces or openai-batch\n  → choose one with --format\n",
    });
    world.write("odd.jsonl", '{"a": {"b": 1}}\n');
    const odd = await world.cli("odd.jsonl");
    expect(odd.exitCode).toBe(2);
    expect(odd.stderr).toContain("contains objects with the keys a, which match no known format");
    expect(await world.cli("odd.jsonl", "--format", "langfus")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("did you mean langfuse"),
    });
  });
});

describe("problems of single formats", () => {
  test("batch answers without requests, requests without answers, and other endpoints", async () => {
    const world = createImportWorld();
    expect(await world.cli(fixture("openai-batch/output.jsonl"))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("an answer without its request; import the batch's input file too"),
    });
    const alone = await world.imported(fixture("openai-batch/input.jsonl"));
    expect(alone.traces).toMatchObject({ added: 3 });
    const embedding = { custom_id: "e", method: "POST", url: "/v1/embeddings", body: { input: "a" } };
    const stray = { id: "b", custom_id: "nobody", response: { status_code: 200, body: {} }, error: null };
    world.write("batch.jsonl", [embedding, stray].map((one) => JSON.stringify(one)).join("\n"));
    const { problems } = await world.imported(fixture("openai-batch/input.jsonl"), "batch.jsonl");
    expect(problems.shown).toEqual([
      { file: "batch.jsonl", line: 1, message: "/v1/embeddings is not an endpoint with prompts" },
      { file: "batch.jsonl", line: 2, message: "no request has the custom_id nobody" },
    ]);
  });

  test("promptfoo: reports problems of a config with the line of the test", async () => {
    const world = createImportWorld();
    world.write(
      "pf.yaml",
      [
        "prompts: ['{{a}}']",
        "providers: [echo]",
        "tests:",
        "  - vars:",
        "      a: one",
        "  - description: no variables",
        "  # elsewhere",
        "  - vars: file://vars.yaml",
        "  - file://more.yaml",
      ].join("\n"),
    );
    const { problems, dataset } = await world.imported("pf.yaml", "--dataset", "d");
    expect(dataset).toMatchObject({ added: 1 });
    expect(problems.shown.map(({ file, line }) => `${file}:${line}`)).toEqual([
      "pf.yaml:6",
      "pf.yaml:8",
      "pf.yaml:9",
    ]);
  });

  test("promptfoo's tests in other files, variables that are files, too many combinations", async () => {
    const world = createImportWorld();
    world.write("elsewhere.yaml", "prompts: [a]\nproviders: [b]\ntests: file://tests.csv\n");
    expect((await world.cli("elsewhere.yaml", "--dataset", "d")).stderr).toContain("import that file too");
    const list = Array.from({ length: 40 }, (_, at) => at);
    world.write(
      "tests.yaml",
      `- vars: {a: file://a.txt}\n- vars: {a: ${JSON.stringify(list)}, b: ${JSON.stringify(list)}}\n- vars: {a: 1}\n`,
    );
    const { problems, dataset } = await world.imported("tests.yaml", "--dataset", "d");
    expect(problems.shown).toMatchObject([
      { line: 1, message: "skipped because these variables refer to files: a (file://a.txt)" },
      { line: 2, message: "more than 1000 combinations of the lists in vars" },
    ]);
    expect(dataset).toMatchObject({ added: 1 });
  });
});

test("a truncated gzip file is read to its end and reported, and all files are closed", async () => {
  const world = createImportWorld();
  const rows = Array.from({ length: 20_000 }, (_, at) => `text ${at},label ${at}`).join("\n");
  const packed = gzipSync(`text,expected\n${rows}\n`);
  world.write("torn.csv.gz", packed.subarray(0, packed.length - 20));
  const torn = await world.imported("torn.csv.gz", "--dataset", "rows");
  expect(torn.problems.shown).toEqual([
    {
      file: "torn.csv.gz",
      line: null,
      message: "cannot be read: unexpected end of file; nothing after it can be read",
    },
  ]);
  expect(torn.dataset?.rows).toBeGreaterThan(10_000);
  world.write("whole.csv", `text,expected\n${rows}\n`);
  const few = await world.imported("whole.csv", "--dataset", "few", "--limit", "5");
  expect(few.dataset).toMatchObject({ rows: 5 });
  const open = readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)];
    } catch {
      return [];
    }
  });
  expect(open.filter((path) => path.includes(world.cwd))).toEqual([]);
});
