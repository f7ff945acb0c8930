import { beforeAll, describe, expect, it } from "vitest";
import { createDataFolder, type DataFolder, failureOf } from "../data-folder.ts";

let folder: DataFolder;
beforeAll(async () => {
  folder = await createDataFolder();
});

const onePiece =
  "a .json file is one document, so the rest of it is not read; in a .jsonl file each line is read separately";

describe("a .json file", () => {
  it("is a list of rows, each with its line", async () => {
    const content =
      '\ufeff[\n  {"t": "é日\\n", "n": {"a": [1, {}]}},\n  {\n    "t": "b"\n  }, {"t": "c"}\n]\n';
    const { examples } = await folder.read("list.json", content);
    expect(examples.map(({ inputs, origin }) => [inputs, origin.line])).toEqual([
      [{ t: "é日\n", n: { a: [1, {}] } }, 2],
      [{ t: "b" }, 3],
      [{ t: "c" }, 5],
    ]);
  });

  it.each(["rows", "data", "records"])("may contain the list under %s", async (key) => {
    const document = {
      version: 1,
      meta: { rows: [{ t: "no" }], about: ["x"] },
      [key]: [{ t: "a" }],
      after: [[1]],
    };
    const { examples } = await folder.read(`${key}.json`, JSON.stringify(document, null, 1));
    expect(examples.map(({ inputs, origin }) => [inputs, origin.line])).toEqual([[{ t: "a" }, 14]]);
  });

  it("reports rows that are not objects", async () => {
    const { problems } = await failureOf(
      folder.read("kinds.json", '[1,\n"a",\nnull,\n[{"t": 1}],\n{"t": 1}]'),
    );
    expect(problems.map(({ line, message }) => [line, message])).toEqual([
      [1, "the row is a number, not an object"],
      [2, "the row is a string, not an object"],
      [3, "the row is null, not an object"],
      [4, "the row is a list, not an object"],
    ]);
  });

  it("uses the last of two equal keys, and never sets a prototype", async () => {
    const { examples } = await folder.read(
      "keys.json",
      '[{"t": 1, "t": 2, "__proto__": {"polluted": true}}]',
    );
    expect(Object.keys(examples[0]?.inputs ?? {})).toEqual(["t", "__proto__"]);
    expect(examples[0]?.inputs.polluted).toBeUndefined();
  });

  it("reports line and column of invalid JSON, and the bad rows before it", async () => {
    const failure = await failureOf(
      folder.read("stops.json", '[{"t": "a"},\n 5,\n {"t" "b"},\n {"t": "c"}]'),
    );
    expect(failure).toEqual({
      message: [
        'stops.json:3  not JSON at column 7: unexpected "b"',
        "rows: 1 row cannot be used",
        "stops.json:2  the row is a number, not an object",
      ].join("\n"),
      hint: `${onePiece}; fix these rows, or skip them with on_bad_row: skip`,
      problems: [
        { file: "stops.json", line: 3, message: 'not JSON at column 7: unexpected "b"' },
        { file: "stops.json", line: 2, message: "the row is a number, not an object" },
      ],
    });
  });

  it.each([
    ["cut", '[{"t": "a"},\n{"t": "b', "not JSON at column 9: it ends too early", 2],
    ["open", '[{"t": "a"}\n', "not JSON at column 1: it ends too early", 2],
    ["nan", '[{"t": NaN}]', 'not JSON at column 8: unexpected "N"', 1],
    ["comma", '[{"t": 1},]', 'not JSON at column 11: unexpected "]"', 1],
    ["two", '[{"t": 1}]\n[{"t": 2}]', 'not JSON at column 1: unexpected "["', 2],
  ])("is broken even under skip: %s", async (name, content, message, line) => {
    const failure = await failureOf(folder.read(`${name}.json`, content, { onBadRow: "skip" }));
    expect(failure).toEqual({
      message: `${name}.json:${line}  ${message}`,
      hint: onePiece,
      problems: [{ file: `${name}.json`, line, message }],
    });
  });

  it("without a list is described by its content", async () => {
    const hint = "write [{…}, {…}], or put the list under rows, data, records";
    const failures = await Promise.all(
      ['{"inputs": {"t": 1}, "outputs": [1]}', "{}", "3", '{"rows": {"t": {}}}'].map((content, at) =>
        failureOf(folder.read(`no-list-${at}.json`, content)),
      ),
    );
    expect(failures.map(({ message }) => message)).toEqual([
      "no-list-0.json  the file contains an object with the keys inputs, outputs, not a list of rows",
      "no-list-1.json  the file contains an empty object, not a list of rows",
      "no-list-2.json  the file contains a single number, not a list of rows",
      "no-list-3.json  the file contains an object with the keys rows, not a list of rows",
    ]);
    expect(failures.every((failure) => failure.hint === hint)).toBe(true);
  });

  it("without rows is rejected", async () => {
    for (const content of ["[]", " \n", '{"data": []}']) {
      expect(await failureOf(folder.read("none.json", content))).toEqual({
        message: "none.json has no rows",
        hint: "a .json file contains a list of rows, or an object with the list under rows, data or records",
        problems: [],
      });
    }
  });

  it("must be UTF-8", async () => {
    const content = Buffer.from('[{"t": "a"},\n{"t": "caf\xe9"}]', "latin1");
    expect(await failureOf(folder.read("latin1.json", content))).toMatchObject({
      message: "latin1.json:2  not UTF-8 text",
      hint: "save the file as UTF-8",
    });
  });

  it("reads rows across chunks", async () => {
    const rows = Array.from({ length: 3000 }, (_, at) => ({ t: `${at} ${"ü".repeat(at % 90)}` }));
    const content = JSON.stringify(rows).replaceAll("},{", "},\n{");
    const { examples } = await folder.read("chunks.json", content);
    expect(examples.map(({ inputs }) => inputs)).toEqual(rows);
    expect(examples.every(({ origin }, at) => origin.line === at + 1)).toBe(true);
  });
});
