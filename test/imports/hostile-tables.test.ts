import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { createImportWorld, fixture } from "../support/import-world.ts";
import { runCli } from "../support/run-cli.ts";

/** A workbook with a sheet of this many megabytes, which packs to about a thousandth. */
function bomb(megabytes: number): Buffer {
  const sheet = Buffer.alloc(megabytes * 2 ** 20, "a");
  return Buffer.from(
    zipSync({ "xl/workbook.xml": Buffer.from("<workbook/>"), "xl/worksheets/sheet1.xml": sheet }),
  );
}

/** The same archive, whose directory claims that its files are tiny. */
function lying(archive: Buffer): Buffer {
  const bytes = Buffer.from(archive);
  const entry = Buffer.from("PK\x01\x02", "latin1");
  for (let at = bytes.indexOf(entry); at !== -1; at = bytes.indexOf(entry, at + 4))
    bytes.writeUInt32LE(10, at + 24);
  return bytes;
}

const table = (name: string) => readFileSync(fixture(`tables/${name}`));
const columns = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`).join(",");
const parquet = table("pandas-snappy.parquet");

const unreadable: readonly (readonly [name: string, content: string | Uint8Array, message: string])[] = [
  ["bomb.xlsx", bomb(301), "bomb.xlsx  301 MB when unpacked, more than 300 MB"],
  ["liar.xlsx", lying(bomb(20)), "liar.xlsx  not an Excel workbook: "],
  [
    "archive.xlsx",
    Buffer.from(zipSync({ "a.txt": Buffer.from("x") })),
    "a zip archive with neither an Excel workbook nor a log of Inspect in it",
  ],
  ["cut.xlsx", table("openpyxl.xlsx").subarray(0, 3000), "cut.xlsx  not an Excel workbook: "],
  [
    "old.xls",
    Buffer.from(`d0cf11e0a1b11ae1${"00".repeat(600)}`, "hex"),
    "an old Excel workbook (.xls); save it as .xlsx or CSV",
  ],
  ["cut.parquet", parquet.subarray(0, 3000), "cut.parquet  not Parquet: "],
  [
    "damaged.parquet",
    Buffer.concat([parquet.subarray(0, 200), Buffer.alloc(300, 0xff), parquet.subarray(500)]),
    "damaged.parquet  not Parquet: ",
  ],
  [
    "wide.csv",
    `${columns(100_000)}\n${columns(100_000)}\n`,
    "wide.csv:1  100000 columns, more than the 16384 that a sheet can have",
  ],
  ["nul.csv", "te\0xt,answer\na,b\n", "nul.csv:1  a NUL byte in the header; this is no text file"],
  [
    "picture.csv",
    Buffer.from(`89504e470d0a1a0a${"fffe010a41".repeat(300)}`, "hex"),
    "picture.csv:1  not UTF-8 text",
  ],
  ["cut.json", '[{"q": "a", "answer": ', "cut.json:1  not JSON at column 23: it ends too early"],
  [
    "cut-document.json",
    '{\n"rows": [{"q": "a"',
    "cut-document.json:2  not JSON at column 19: it ends too early",
  ],
  ["huge.json", `{"x": "${"a".repeat(101 * 2 ** 20)}"}`, "huge.json  one JSON document of more than 100 MB"],
  [
    "huge.parquet",
    Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(101 * 2 ** 20)]),
    "huge.parquet  102 MB, more than the limit of 100 MB",
  ],
];

describe.each(unreadable)("%s", (name, content, message) => {
  test("is one clear error for every command, and nothing is written", async () => {
    const world = createImportWorld();
    world.write(name, content);
    const imported = await world.cli(name, "--dataset", "d");
    const merged = await runCli(["dataset", "merge", "d", `./${name}`], { cwd: world.cwd });
    for (const { exitCode, stderr } of [imported, merged]) {
      expect(exitCode).toBe(2);
      expect(stderr).toContain(message);
      expect(stderr).not.toMatch(/undefined|\[object|TypeError|RangeError|at .*:\d+:\d+\)/);
    }
    expect(existsSync(join(world.cwd, ".dao-opt/datasets/d.jsonl"))).toBe(false);
  });
});

describe("bad rows among good ones are reported by line, and no command that fails writes", () => {
  test.each([
    ["nul.csv", "q,answer\na,b\nc\0d,e\nf,g\n", 3, "a NUL byte in a value", 2],
    ["open.csv", 'q,answer\na,b\n"open,c\nd,e\n', 3, "a value opens with a quote that is never closed", 1],
    [
      "deep.json",
      `[{"q": "a", "answer": "b"},\n{"q": ${"[".repeat(5000)}${"]".repeat(5000)}}]`,
      2,
      "it is nested too deeply",
      1,
    ],
    [
      "deep.jsonl",
      `{"q": "a", "answer": "b"}\n{"q": "c", "answer": ${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}\n`,
      2,
      "it is nested too deeply",
      1,
    ],
    [
      "cut.json",
      '[{"q": "a", "answer": "b"},\n{"q": "c", "ans',
      2,
      "not JSON at column 16: it ends too early",
      1,
    ],
    [
      "cut.jsonl",
      '{"q": "a", "answer": "b"}\n{"q": "c", "ans',
      2,
      "not JSON at column 16: it ends too early",
      1,
    ],
  ])("%s", async (name, content, line, message, good) => {
    const world = createImportWorld();
    world.write(name, content);
    const { problems } = await world.imported(name, "--dataset", "d");
    expect(problems).toMatchObject({ count: 1, shown: [{ file: name, line }] });
    expect(problems.shown[0]?.message).toContain(message);
    expect(world.rows("d")).toHaveLength(good);
    const merged = await runCli(["dataset", "merge", "m", name], { cwd: world.cwd });
    expect(merged).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`${name}:${line}  `) });
    expect(existsSync(join(world.cwd, ".dao-opt/datasets/m.jsonl"))).toBe(false);
  });
});

test.each([
  ["proto.csv", "__proto__,constructor,q,answer\nx,y,a,b\n"],
  ["proto.jsonl", '{"__proto__": "x", "constructor": "y", "q": "a", "answer": "b"}\n'],
  ["proto.json", '[{"__proto__": "x", "constructor": "y", "q": "a", "answer": "b"}]'],
  ["split.json", '{"columns": ["__proto__", "constructor", "q", "answer"], "data": [["x", "y", "a", "b"]]}'],
])("columns with the names of JavaScript's own members are columns: %s", async (name, content) => {
  const world = createImportWorld();
  world.write(name, content);
  await world.imported(name, "--dataset", "d");
  const line = readFileSync(join(world.cwd, ".dao-opt/datasets/d.jsonl"), "utf8");
  expect(line).toBe(
    '{"inputs":{"__proto__":"x","constructor":"y","q":"a"},"expectations":{"expected_response":"b"}}\n',
  );
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});

test("columns of one name are said to be lost", async () => {
  const world = createImportWorld();
  world.write("twice.csv", "q,a,a\nx,1,2\n");
  const { files } = await world.imported("twice.csv", "--dataset", "d");
  expect(files[0]?.notes).toEqual(["several columns are named a; the last one of each is read"]);
});

test("many problems are counted by reason", async () => {
  const world = createImportWorld();
  world.write("many.csv", `q,answer\na,b\n${"x\n".repeat(30)}${"x,y,z\n".repeat(40)}`);
  const { problems } = await world.imported("many.csv", "--dataset", "d");
  expect(problems).toMatchObject({
    count: 70,
    reasons: [
      { reason: "N fields where the header has N", count: 40 },
      { reason: "N field where the header has N", count: 30 },
    ],
  });
  const { stdout } = await world.cli("many.csv", "--dataset", "d");
  expect(stdout).toContain("  and 50 more problems; by reason:\n    40 × N fields where the header has N\n");
});
