import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fixture } from "../support/import-world.ts";
import { readByAll } from "../support/row-doors.ts";

const table = (name: string) => readFileSync(fixture(`tables/${name}`));
const inputsOf = (rows: readonly { readonly [name: string]: unknown }[]) => rows.map(({ inputs }) => inputs);
const german = [
  { frage: "Wie heißt die Hauptstadt?", antwort: "Paris" },
  { frage: "Größe, ca.?", antwort: "groß" },
];

// Excel in Europe writes semicolons (langfuse/langfuse#5369, promptfoo/promptfoo#2294, langgenius/dify#42353).
describe("delimiters are found from the content, whatever the extension", () => {
  test.each([
    ["semi.csv", ";", "semicolons"],
    ["semi.txt", ";", "semicolons"],
    ["bars.csv", "|", "vertical bars"],
    ["tab.csv", "\t", "tabs"],
    ["tab.txt", "\t", "tabs"],
    ["semi.tsv", ";", "semicolons"],
  ])("%s", async (name, sign, what) => {
    const lines = ["frage,antwort", '"Wie heißt die Hauptstadt?",Paris', '"Größe, ca.?",groß'].map((line) =>
      line.replace(/,(?=[^,]*$)/, sign),
    );
    const { rows, file, notes } = await readByAll(name, `${lines.join("\r\n")}\r\n`);
    expect(inputsOf(rows)).toEqual(german);
    expect(file.notes).toEqual([`columns separated by ${what}`]);
    expect(notes).toContain(`${name}: columns separated by ${what}`);
  });

  test("the usual delimiter of the extension needs no note; others inside values do not count", async () => {
    const { rows, file } = await readByAll("a.csv", 'frage,antwort\n"a;b;c",x;y\n"d;e;f",z\n');
    expect([inputsOf(rows), file.notes]).toEqual([
      [
        { frage: "a;b;c", antwort: "x;y" },
        { frage: "d;e;f", antwort: "z" },
      ],
      [],
    ]);
    expect((await readByAll("b.tsv", "frage\tantwort\na, b\tx\n")).file.notes).toEqual([]);
  });

  test("Excel's sep= line names it, and lines still count from the top", async () => {
    const { rows, file } = await readByAll("sep.csv", `sep=;\nfrage;antwort\n${"a,b;c\n".repeat(2)}x\n`);
    expect(inputsOf(rows)).toEqual([{ frage: "a,b", antwort: "c" }]);
    expect(file).toMatchObject({ problems: 1, notes: ["columns separated by semicolons"] });
    const { problems } = await readByAll("odd.csv", "sep=~\nfrage~antwort\na~b\nx\n");
    expect(problems.shown).toEqual([{ file: "odd.csv", line: 4, message: "1 field where the header has 2" }]);
  });
});

describe("encodings", () => {
  const text = "frage;antwort\r\nWie heißt die Hauptstadt?;Paris\r\nGröße, ca.?;groß\r\n";
  test.each([
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${text}`), []],
    ["UTF-16", Buffer.from(`\uFEFF${text}`, "utf16le"), ["read as UTF-16"]],
    ["UTF-16, big-endian", Buffer.from(`\uFEFF${text}`, "utf16le").swap16(), ["read as UTF-16"]],
    ["Windows-1252", Buffer.from(text, "latin1"), ["read as Windows-1252"]],
    ["Windows-1252, compressed", gzipSync(Buffer.from(text, "latin1")), ["read as Windows-1252"]],
  ])("%s", async (_, bytes, encoding) => {
    const { rows, file } = await readByAll(bytes[0] === 0x1f ? "t.csv.gz" : "t.csv", bytes);
    expect(inputsOf(rows)).toEqual(german);
    expect(file.notes).toEqual([...encoding, "columns separated by semicolons"]);
  });

  test("Windows-1252 beyond Latin-1, also far from the start of the file", async () => {
    const start = `text,label\n${Array.from({ length: 500 }, (_, at) => `${at} ${"plain ".repeat(30)},a\n`).join("")}`;
    const bytes = Buffer.concat([Buffer.from(start), Buffer.from("\x80 5 \x96 \x93ok\x94,b\n", "latin1")]);
    const { rows } = await readByAll("far.csv", bytes);
    expect(inputsOf(rows).at(-1)).toEqual({ text: "€ 5 – “ok”" });
  });
});

describe("workbooks and Parquet", () => {
  test("a workbook written by openpyxl: types, dates, blank rows, and which sheet was read", async () => {
    const { rows, file, expected } = await readByAll("questions.xlsx", table("openpyxl.xlsx"));
    expect(inputsOf(rows)).toEqual([
      { question: "Wie heißt die Hauptstadt?", asked: "2026-03-01", stars: 5, solved: true },
      { question: "Größe, ca.?\nBitte kurz.", asked: "2026-03-02T09:30:00", stars: 4.5, solved: false },
    ]);
    expect(expected).toEqual(["Paris", undefined]);
    expect(file.notes).toEqual([
      "sheet Fragen is read, not Notizen; save another sheet as a file of its own",
    ]);
  });

  test.each(["snappy", "zstd"])("Parquet written by pandas, %s", async (codec) => {
    const { rows, file, expected } = await readByAll("q.parquet", table(`pandas-${codec}.parquet`));
    const at = "2026-03-01T10:00:00.000Z";
    expect(inputsOf(rows)).toEqual([
      { question: "What is 2+2?", n: 1, score: 0.5, messages: [{ role: "user", content: "Hi" }], at },
      {
        ...{ question: "Größe?", n: "1152921504606846976", score: null },
        ...{ messages: [{ role: "user", content: "Hello" }], at },
      },
    ]);
    expect(expected).toEqual(["4", "groß"]);
    expect(file.notes).toEqual(["columns with bytes are left out: image"]);
  });
});

// Written by pandas.DataFrame.to_json of pandas 3.1.
describe("data frames of pandas", () => {
  test.each(["records", "split", "index", "columns", "table"])("orient=%s", async (orient) => {
    const { rows, expected, file } = await readByAll("frame.json", table(`pandas-${orient}.json`));
    expect(inputsOf(rows)).toEqual([{ question: "What is 2+2?" }, { question: "And 3+3?" }]);
    expect(expected).toEqual(["4", "6"]);
    expect(file.notes).toEqual(orient === "records" ? [] : [`data frame of pandas, orient="${orient}"`]);
  });

  test("lists of columns, as of to_dict and of datasets of Hugging Face", async () => {
    const { expected } = await readByAll("l.json", '{"question": ["a", "b"], "answer": ["x", null]}');
    expect(expected).toEqual(["x", undefined]);
  });

  test("orient=values has no names, so it is refused", async () => {
    const reading = readByAll("frame.json", table("pandas-values.json"));
    await expect(reading).rejects.toThrow(
      'a list without column names; from pandas, write orient=\\"records\\" or orient=\\"split\\"',
    );
  });

  test("the index column of to_csv is no variable", async () => {
    expect(inputsOf((await readByAll("i.csv", "Unnamed: 0,q,answer\n0,a,b\n")).rows)).toEqual([{ q: "a" }]);
  });
});

describe("JSON", () => {
  test("rows of splits are tagged with their split, and keep their lines", async () => {
    const document = {
      version: 1,
      train: [{ q: "a", answer: "x" }],
      test: [
        { q: "b", answer: "y" },
        { q: 1, answer: [] },
      ],
    };
    const { rows, file } = await readByAll("splits.json", JSON.stringify(document, null, 1));
    expect(rows.map(({ inputs, tags }) => [inputs, tags])).toEqual([
      [{ q: "a" }, { split: "train" }],
      [{ q: "b" }, { split: "test" }],
      [{ q: 1 }, { split: "test" }],
    ]);
    expect(file.notes).toEqual([
      'rows of all splits are read: train (1), test (2); the tag "split" of a row names its split',
    ]);
  });

  test.each(["one.jsonl", "one.txt", "one.json"])("a document over several lines: %s", async (name) => {
    const one = [{ question: "a", answer: "b" }];
    for (const document of [one, { rows: one }])
      expect((await readByAll(name, JSON.stringify(document, null, 2))).expected).toEqual(["b"]);
  });

  test.each(["lines.json", "lines.txt", "lines"])("JSON Lines: %s", async (name) => {
    const lines = '{"question": "a", "answer": "b"}\n{"question": "c", "answer": "d"}\n';
    expect((await readByAll(name, lines)).expected).toEqual(["b", "d"]);
  });
});
