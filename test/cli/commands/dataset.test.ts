import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { startLoopbackMlflow } from "../../mlflow/unit/loopback-mlflow.ts";
import { type CliOptions, runCli } from "../../support/run-cli.ts";

let cwd: string;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-dataset-")));
});

const cli = (args: readonly string[], options: Partial<CliOptions> = {}) =>
  runCli(["dataset", ...args], { cwd, ...options });
const write = (name: string, ...rows: readonly unknown[]) =>
  writeFileSync(join(cwd, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
const stored = (name: string): unknown[] =>
  readFileSync(join(cwd, ".dao-opt/datasets", `${name}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const rowsOf = (count: number, more: (at: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, at) => ({
    inputs: { text: `review number ${at} of ${(at * 7919) % 1009}` },
    ...more(at),
  }));

describe("merge", () => {
  test("adds rows from files of several formats and from datasets; merging again changes nothing", async () => {
    write("a.jsonl", { inputs: { text: "one" }, outputs: "yes" });
    writeFileSync(join(cwd, "b.csv"), "text,outputs,expected_response\ntwo,no,yes\none,no,\n");
    writeFileSync(join(cwd, "c.yaml"), "- inputs: { text: three }\n  expected_facts: [fact]\n");
    expect(await cli(["merge", "reviews", "a.jsonl", "b.csv", "c.yaml"])).toMatchObject({
      exitCode: 0,
      stdout: "reviews: 3 added, 1 updated, 0 unchanged; 3 rows now\n",
    });
    const expected = [
      { inputs: { text: "one" }, outputs: "no" },
      { inputs: { text: "two" }, outputs: "no", expectations: { expected_response: "yes" } },
      { inputs: { text: "three" }, expectations: { expected_facts: ["fact"] } },
    ];
    expect(stored("reviews")).toEqual(expected);
    const { json } = await cli(["merge", "reviews", "reviews", "b.csv", "--json"]);
    expect(json).toEqual({
      name: "reviews",
      path: join(cwd, ".dao-opt/datasets/reviews.jsonl"),
      added: 0,
      updated: 0,
      unchanged: 5,
      rows: 3,
      left_out: 0,
      files: [
        { name: "reviews", notes: [], columns: null },
        {
          ...{ name: "b.csv", notes: [] },
          columns: {
            ...{ variables: ["text"], expected: "expected_response", output: "outputs" },
            ...{ suspects: [], is_chosen: true },
          },
        },
      ],
    });
    expect(await cli(["merge", "copy.jsonl", "reviews"])).toMatchObject({
      stdout: "copy.jsonl: 3 added, 0 updated, 0 unchanged; 3 rows now\n",
    });
    expect(readFileSync(join(cwd, "copy.jsonl"))).toEqual(
      readFileSync(join(cwd, ".dao-opt/datasets/reviews.jsonl")),
    );
  });

  test("maps columns to variables and the expected answer, and keeps the others as extra fields", async () => {
    writeFileSync(join(cwd, "d.csv"), "review,stars,label\nFine.,5,good\nBad.,1,bad\n");
    await cli(["merge", "mapped", "d.csv", "--inputs", "text=review", "--expected", "label"]);
    expect(stored("mapped")).toEqual([
      { inputs: { text: "Fine." }, expectations: { expected_response: "good" }, stars: "5" },
      { inputs: { text: "Bad." }, expectations: { expected_response: "bad" }, stars: "1" },
    ]);
    const wrong = await cli(["merge", "mapped", "d.csv", "--inputs", "text=reviews"]);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('d.csv: no row has the column "reviews" (inputs.text)');
    expect(wrong.stderr).toContain('did you mean "review"?');
    expect((await cli(["merge", "mapped", "d.csv", "--inputs", "=x"])).stderr).toContain(
      '--inputs must be variable=column, got "=x"',
    );
  });

  test("rows of other tools' datasets are merged as they are imported", async () => {
    write("rows.jsonl", {
      inputs: { text: "a" },
      expectations: { expected_response: "x" },
      tags: { k: "v" },
    });
    for (const format of ["promptfoo", "langfuse", "langsmith", "openai-evals"]) {
      const file = `${format}.${format === "promptfoo" ? "yaml" : "jsonl"}`;
      await cli(["export", "rows.jsonl", "--format", format, "--output", file]);
      expect((await cli(["merge", format, file])).stdout).toContain("1 added");
      expect(stored(format)).toMatchObject([
        { inputs: { text: "a" }, expectations: { expected_response: "x" } },
      ]);
    }
    expect((await cli(["merge", "reviews", "promptfoo.yaml", "--inputs", "text=vars.text"])).stdout).toBe(
      "reviews: 1 added, 0 updated, 0 unchanged; 1 row now\n",
    );
  });

  test("recorded calls are rejected with the command that reads them; nothing is merged", async () => {
    write("calls.jsonl", {
      request: { model: "m", messages: [{ role: "user", content: "Hi" }] },
      response: { choices: [{ message: { role: "assistant", content: "Hello" } }] },
    });
    write("rows.jsonl", { inputs: { text: "a" } });
    const refused = await cli(["merge", "reviews", "rows.jsonl", "calls.jsonl"]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("error: calls.jsonl has no plain rows; it contains OpenAI calls");
    expect(refused.stderr).toContain("→ dao-opt collect import calls.jsonl --dataset NAME\n");
    expect(existsSync(join(cwd, ".dao-opt/datasets/reviews.jsonl"))).toBe(false);
  });

  test("records of MLflow and HumanLoop datasets, and rows of conversations, are merged unchanged", async () => {
    write("mlflow.jsonl", {
      dataset_record_id: "dr-1",
      inputs: { q: "a" },
      outputs: { mlflow_wrapped: "x" },
    });
    write("humanloop.jsonl", { id: "dp_1", inputs: { q: "b" }, messages: null, target: { output: "y" } });
    write("chats.jsonl", { messages: [{ role: "user", content: "Hi" }], expected_response: "z" });
    const merged = await cli(["merge", "all", "mlflow.jsonl", "humanloop.jsonl", "chats.jsonl"]);
    expect(merged.stdout).toBe(
      "all: 3 added, 0 updated, 0 unchanged; 3 rows now\n" +
        "note: humanloop.jsonl: target is the expected answer. Set --inputs variable=column and --expected column to change this\n",
    );
    expect(stored("all")).toMatchObject([
      { outputs: "x" },
      { expectations: { expected_response: "y" } },
      { inputs: { messages: [{}] } },
    ]);
  });

  test("--min-rating keeps only rows with that rating or better", async () => {
    write(
      "rated.jsonl",
      ...rowsOf(5, (at) => (at === 4 ? {} : { tags: { rating: at === 3 ? "0.9" : at / 4 } })),
    );
    expect((await cli(["merge", "good", "rated.jsonl", "--min-rating", "0.5"])).stdout).toBe(
      "good: 2 added, 0 updated, 0 unchanged, 3 skipped by rating; 2 rows now\n",
    );
    expect((await cli(["merge", "good", "rated.jsonl", "--min-rating", "2"])).stderr).toBe(
      'error: --min-rating must be a number from 0 to 1, got "2"\n',
    );
  });

  test("all invalid rows are reported at once, and nothing is merged", async () => {
    writeFileSync(join(cwd, "bad.jsonl"), '{"inputs":{"t":1}}\n{"inputs":\n{"outputs":"x"}\n');
    const { exitCode, stderr } = await cli(["merge", "bad", "bad.jsonl"]);
    expect(exitCode).toBe(2);
    expect(stderr.match(/bad\.jsonl:2 {2}not JSON/g)).toHaveLength(1);
    expect(stderr.match(/bad\.jsonl:3 {2}no inputs/g)).toHaveLength(1);
    expect(stderr).toContain("→ fix or remove these rows; `dao-opt dataset validate` lists them all\n");
    expect(existsSync(join(cwd, ".dao-opt/datasets/bad.jsonl"))).toBe(false);
    expect(await cli(["merge", "x.csv", "bad.jsonl"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("cannot merge rows into x.csv: it is not a .jsonl file"),
    });
    expect((await cli(["merge", "a:b", "bad.jsonl"])).stderr).toContain(
      '"a:b" is not a valid dataset name: it contains ":"',
    );
  });
});

describe("list and show", () => {
  test("list prints rows, size and time; for an empty folder it prints the path", async () => {
    expect((await cli(["list"])).stdout).toBe(`no datasets in ${cwd}/.dao-opt/datasets\n`);
    write("rows.jsonl", ...rowsOf(1200));
    await cli(["merge", "reviews", "rows.jsonl"]);
    expect((await cli(["list"])).stdout).toMatch(/^reviews +1,200 +[\d.]+ kB 20\d\d-\d\d-\d\d \d\d:\d\d$/m);
    const { json } = await cli(["list", "--json", "--state", ".dao-opt"]);
    expect(json).toMatchObject([{ name: "reviews", rows: 1200 }]);
  });

  test("show prints rows by number or id; unknown names and ids get suggestions", async () => {
    write("rows.jsonl", ...rowsOf(30, (at) => ({ outputs: `answer ${at}` })));
    await cli(["merge", "reviews", "rows.jsonl"]);
    const { stdout } = await cli(["show", "reviews", "--limit", "2"]);
    expect(stdout).toMatch(
      /^[0-9a-f]{16} {2}\.dao-opt\/datasets\/reviews\.jsonl:1\n {2}inputs:\n {4}text: review number 0 of 0\n {2}outputs: answer 0\n\n[0-9a-f]{16} {2}.*:2\n/,
    );
    const all = (await cli(["show", "reviews", "--json", "--limit", "100"])).json as {
      rows: { id: string }[];
    };
    expect(all.rows).toHaveLength(30);
    expect((await cli(["show", "reviews", "--json"])).json).toMatchObject({ rows: { length: 10 } });
    const id = all.rows[17]?.id ?? "";
    expect((await cli(["show", "rows.jsonl", "--id", id.slice(0, 8), "--json"])).json).toMatchObject({
      name: "rows.jsonl",
      rows: [{ id, line: 18, outputs: "answer 17", expectations: {}, source: null }],
    });
    expect((await cli(["show", "reviews", "--id", "zz"])).stderr).toContain('error: no row named "zz"');
    expect((await cli(["show", "review"])).stderr).toBe(
      'error: no dataset named "review"\n  → did you mean reviews?\n',
    );
    expect((await cli(["show", "row.jsonl"])).stderr).toContain("did you mean rows.jsonl?");
    expect((await cli(["show", "reviews.jsonl", "--limit", "1"])).exitCode).toBe(0);
    expect((await cli(["show", "reviews", "--limit", "0"])).stderr).toContain(
      '--limit must be a whole number of at least 1, got "0"',
    );
  });
});

describe("stats", () => {
  test("prints figures and problems that would affect an optimization", async () => {
    write("rows.jsonl", ...rowsOf(15, (at) => (at < 12 ? { outputs: at % 3 === 0 ? "no" : "yes" } : {})));
    const { stdout } = await cli(["stats", "rows.jsonl"]);
    expect(stdout).toContain("rows.jsonl: 15 rows, 15 with distinct inputs\n");
    expect(stdout).toMatch(/^yes +8 66\.7 %$/m);
    expect(stdout).toContain("12 rows with a recorded output only, used as the expected answer\n");
    expect(stdout).toMatch(
      /warning: \d+ diverse rows; under 20 nothing can be proven\. Collect 20 to 50 or more\n/,
    );
    expect(stdout).toContain("warning: 3 rows without an expected or recorded answer\n");
  });

  test("several datasets are parts of one, and rows in two of them are reported", async () => {
    write("train.jsonl", ...rowsOf(30));
    write("test.jsonl", ...rowsOf(3));
    const { json, stdout } = await cli(["stats", "train.jsonl", "test.jsonl", "--json"]);
    expect(json).toMatchObject({
      datasets: ["train.jsonl", "test.jsonl"],
      parts: [
        { name: "train.jsonl", rows: 30 },
        { name: "test.jsonl", rows: 3 },
      ],
      leaks: { count: 3 },
      group_leaks: null,
    });
    expect(stdout).toContain("3 inputs in more than one part");
  });
});

describe("split", () => {
  test("writes three datasets that contain every row once and can be used as parts of a run", async () => {
    write("rows.jsonl", ...rowsOf(200, (at) => ({ outputs: "yes", tags: { who: `c${at % 40}` } })));
    await cli(["merge", "reviews", "rows.jsonl"]);
    expect((await cli(["split", "reviews", "--by", "tags.who", "--seed", "7"])).stdout).toBe(
      "reviews: 200 rows, seed 7\n" +
        "  train              80  .dao-opt/datasets/reviews-train.jsonl\n" +
        "  validation         60  .dao-opt/datasets/reviews-validation.jsonl\n" +
        "  test               60  .dao-opt/datasets/reviews-test.jsonl\n",
    );
    const parts = ["train", "validation", "test"].map((part) => stored(`reviews-${part}`));
    expect(parts.flat()).toHaveLength(200);
    const stats = await cli([
      "stats",
      ...["train", "validation", "test"].map((part) => `reviews-${part}`),
      "--by",
      "tags.who",
      "--json",
    ]);
    expect(stats.json).toMatchObject({
      distinct_inputs: 200,
      leaks: { count: 0 },
      group_leaks: { count: 0 },
    });

    const again = await cli(["split", "reviews"]);
    expect(again.stderr).toBe(
      "error: .dao-opt/datasets/reviews-train.jsonl already exists\n  → overwrite it with --force or choose another name with --output\n",
    );
    const forced = await cli(["split", "reviews", "--force", "--train", "0.5", "--test", "0.25", "--json"]);
    expect(forced.json).toMatchObject({
      seed: 42,
      by: null,
      parts: [{ rows: 100 }, { rows: 0 }, { rows: 50 }],
      unused: 50,
    });
    await cli(["split", "rows.jsonl", "--output", "parts/r"]);
    expect(readdirSync(join(cwd, "parts")).sort()).toEqual([
      "r-test.jsonl",
      "r-train.jsonl",
      "r-validation.jsonl",
    ]);
  });

  test("invalid shares and rows that cannot be split are errors", async () => {
    write("few.jsonl", ...rowsOf(5));
    expect((await cli(["split", "few.jsonl", "--train", "0.9", "--test", "0.2"])).stderr).toContain(
      "the shares add up to 1.1",
    );
    expect((await cli(["split", "few.jsonl", "--train", "x"])).stderr).toContain(
      '--train must be a number from 0 to 1, got "x"',
    );
    expect((await cli(["split", "few.jsonl"])).stderr).toContain("5 rows are too few to hold any back");
    expect(readdirSync(cwd)).toEqual(["few.jsonl"]);
  });
});

describe("export and validate", () => {
  test("export --safe prevents spreadsheets from evaluating cells as formulas", async () => {
    write("rows.jsonl", { inputs: { text: "=1+1" }, outputs: "-2" });
    await cli(["merge", "evil", "rows.jsonl"]);
    expect((await cli(["export", "evil", "--format", "csv"])).stdout).toContain("=1+1,-2");
    expect((await cli(["export", "evil", "--format", "csv", "--safe"])).stdout).toContain("'=1+1,'-2");
    expect((await cli(["export", "evil", "--safe"])).exitCode).toBe(2);
  });

  test("export uses the file extension or --format, and writes to a file or stdout", async () => {
    write("rows.jsonl", ...rowsOf(4, (at) => ({ outputs: "yes", tags: { rating: at / 4 } })));
    await cli(["merge", "reviews", "rows.jsonl"]);
    expect(await cli(["export", "reviews", "--output", "out/r.csv"])).toMatchObject({
      exitCode: 0,
      stdout: "out/r.csv: 4 rows of reviews as csv\n",
    });
    expect(readFileSync(join(cwd, "out/r.csv"), "utf8")).toContain(
      'review number 1 of 856,yes,"{""rating"":0.25}"',
    );
    expect((await cli(["export", "reviews", "--min-rating", "0.5"])).stdout.split("\n")).toHaveLength(3);
    const exported = await cli([
      "export",
      "reviews",
      "--format",
      "promptfoo",
      "--output",
      "tests.yaml",
      "--json",
    ]);
    expect(exported.json).toEqual({
      name: "reviews",
      format: "promptfoo",
      path: join(cwd, "tests.yaml"),
      rows: 4,
    });
    expect((await cli(["export", "reviews", "--format", "prompfoo"])).stderr).toBe(
      'error: --format: unknown format "prompfoo"\n  → did you mean promptfoo?\n',
    );
    expect((await cli(["export", "reviews", "--output", "r.txt"])).stderr).toContain("r.txt has no ending");
    expect((await cli(["export", "reviews", "--json"])).exitCode).toBe(2);
  });

  test("a failed export keeps the existing file", async () => {
    writeFileSync(join(cwd, "bad.jsonl"), '{"inputs":{"t":"a"}}\nnot json\n');
    writeFileSync(join(cwd, "out.csv"), "before");
    expect((await cli(["export", "bad.jsonl", "--output", "out.csv"])).exitCode).toBe(2);
    expect(readFileSync(join(cwd, "out.csv"), "utf8")).toBe("before");
    mkdirSync(join(cwd, "folder.csv"));
    write("good.jsonl", ...rowsOf(1));
    expect(await cli(["export", "good.jsonl", "--output", "folder.csv"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("folder.csv cannot be written: a folder exists where a file is needed"),
    });
    expect(readdirSync(cwd).sort()).toEqual(["bad.jsonl", "folder.csv", "good.jsonl", "out.csv"]);
  });

  test("validate reports every invalid row and exits 2", async () => {
    const lines = [
      '{"inputs":{"t":"a"}}',
      "[1]",
      '{"inputs":{"t":"a"},"outputs":"again"}',
      '{"inputs":{"t":"b"},"expectations":"x","tags":{"rating":3}}',
      '{"inputs":{"t":"c"},"tags":{"rating":"high"}}',
      '{"inputs":{"t":"d"},"outputs":1e999}',
      "",
    ];
    writeFileSync(join(cwd, "rows.jsonl"), lines.join("\n"));
    expect(await cli(["validate", "rows.jsonl"])).toMatchObject({
      exitCode: 2,
      stdout: [
        "rows.jsonl:2  the row is a list, not an object",
        'rows.jsonl:4  "expectations" is not an object',
        'rows.jsonl:5  "tags.rating" is not a number from 0 to 1',
        "rows.jsonl:6  it contains Infinity, which JSON cannot represent",
        "rows.jsonl: 4 rows of 6 unusable; 1 row with repeated inputs\n",
      ].join("\n"),
    });
    const { json, exitCode } = await cli(["validate", "rows.jsonl", "--json"]);
    expect(exitCode).toBe(2);
    expect(json).toMatchObject({ ok: false, rows: 6, bad_rows: 4, problems: [{ line: 2 }, {}, {}, {}] });
    write("good.jsonl", ...rowsOf(3));
    expect(await cli(["validate", "good.jsonl"])).toMatchObject({
      exitCode: 0,
      stdout: "good.jsonl: 3 rows, all usable\n",
    });
    writeFileSync(join(cwd, "open.json"), '[{"inputs":{"t":"a"}},{"inputs"');
    expect((await cli(["validate", "open.json", "--json"])).json).toMatchObject({
      ok: false,
      problems: [{ file: "open.json", line: 1, message: expect.stringContaining("it ends too early") }],
    });
  });
});

test("a merged dataset can be run by name with the offline models", async () => {
  expect((await runCli(["init"], { cwd })).exitCode).toBe(0);
  const [data = ""] = readdirSync(join(cwd, "data"));
  const mapping = ["--inputs", "text=review", "--expected", "label"];
  expect((await cli(["merge", "collected", `data/${data}`, ...mapping])).exitCode).toBe(0);
  const config = readFileSync(join(cwd, "config.yaml"), "utf8");
  writeFileSync(join(cwd, "config.yaml"), config.replace(/dataset_name: \w+/, "dataset_name: collected"));
  const { exitCode, json, stderr } = await runCli(["run", "config.yaml", "--json"], { cwd });
  expect(exitCode, stderr).toBe(0);
  expect(json).toMatchObject({ optimizations: [{ status: "improved" }] });
});

describe("export --to mlflow", () => {
  const startStore = (names: readonly string[]) =>
    startLoopbackMlflow(({ path, body }) => {
      const dataset = { dataset_id: "d-9", name: "reviews" };
      if (path.endsWith("/datasets/search")) return { json: { datasets: names.map(() => dataset) } };
      if (path.includes("/experiments/get-by-name")) return { json: { experiment: { experiment_id: "7" } } };
      if (!path.endsWith("/records")) return { json: { dataset } };
      const sent = JSON.parse((JSON.parse(body) as { records: string }).records) as readonly unknown[];
      return { json: { inserted_count: sent.length, updated_count: 0 } };
    });

  test("sends rows in batches of 500 to a dataset of the config's server and experiment", async () => {
    const server = await startStore([]);
    writeFileSync(
      join(cwd, "config.yaml"),
      `resources: { llms: { m: { name: gpt-4.1, api_key: "\${env:UNSET_KEY}" } } }\ntracking: { mlflow: "${server.address}", experiment: app }\n`,
    );
    write("rows.jsonl", ...rowsOf(1100, (at) => ({ outputs: `answer ${at}`, note: "own" })));
    const { exitCode, json, stderr } = await cli([
      "export",
      "rows.jsonl",
      "--to",
      "mlflow:reviews",
      "--json",
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(json).toEqual({
      name: "rows.jsonl",
      format: "mlflow",
      rows: 1100,
      mlflow: {
        address: server.address,
        dataset_id: "d-9",
        name: "reviews",
        created: true,
        inserted: 1100,
        updated: 0,
      },
    });
    expect(stderr).toContain("mlflow cannot store note: omitted from 1,100 rows");
    const bodies = server.seen
      .filter(({ path }) => path.endsWith("/records"))
      .map(({ body }) => JSON.parse((JSON.parse(body) as { records: string }).records) as unknown[]);
    expect(bodies.map((batch) => batch.length)).toEqual([500, 500, 100]);
    expect(bodies[0]?.[0]).toEqual({ inputs: { text: "review number 0 of 0" }, outputs: "answer 0" });
    const created = server.seen.find(({ path }) => path.endsWith("/create"));
    expect(JSON.parse(created?.body ?? "")).toEqual({ name: "reviews", experiment_ids: ["7"] });
  });

  test("several datasets of the name are an error that lists them, and nothing is sent", async () => {
    const server = await startStore(["reviews", "reviews"]);
    write("rows.jsonl", ...rowsOf(2));
    const { exitCode, stderr } = await cli(["export", "rows.jsonl", "--to", "mlflow:reviews"], {
      env: { MLFLOW_TRACKING_URI: server.address },
    });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('2 MLflow datasets have the name "reviews": d-9');
    expect(server.seen.filter(({ path }) => path.endsWith("/records"))).toEqual([]);
  });

  test.each([
    [["--to", "s3:reviews"], 2, '--to: unknown target "s3:reviews"'],
    [["--to", "mlflow:reviews", "--output", "a.csv"], 2, "--to and --output cannot be combined"],
    [["--to", "mlflow:reviews"], 2, "no address of an MLflow server is given"],
  ] as const)("%j is refused", async (flags, exit, message) => {
    write("rows.jsonl", ...rowsOf(2));
    const { exitCode, stderr } = await cli(["export", "rows.jsonl", ...flags]);
    expect(exitCode).toBe(exit);
    expect(stderr).toContain(message);
  });
});
