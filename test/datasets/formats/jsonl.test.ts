import { beforeAll, describe, expect, it } from "vitest";
import { createDataFolder, type DataFolder, failureOf, jsonl } from "../data-folder.ts";

let folder: DataFolder;
beforeAll(async () => {
  folder = await createDataFolder();
});

describe("a .jsonl file", () => {
  it("may have a byte order mark, CRLF, blank lines and no last line break", async () => {
    const { examples } = await folder.read("mark.ndjson", '\ufeff{"t": 1}\r\n\r\n  \n{"t": 2}\r\n{"t": 3}');
    expect(examples.map(({ inputs, origin }) => [inputs.t, origin.line])).toEqual([
      [1, 1],
      [2, 4],
      [3, 5],
    ]);
  });

  it("keeps line and paragraph separators inside texts", async () => {
    const { examples } = await folder.read("separators.jsonl", '{"t": "a\u2028b\u2029c\u0085d"}\n');
    expect(examples[0]?.inputs).toEqual({ t: "a\u2028b\u2029c\u0085d" });
  });

  it("uses the last of two equal keys, and never sets a prototype", async () => {
    const { examples } = await folder.read(
      "keys.jsonl",
      '{"t": 1, "t": 2, "__proto__": {"polluted": true}}\n',
    );
    expect(Object.keys(examples[0]?.inputs ?? {})).toEqual(["t", "__proto__"]);
    expect(examples[0]?.inputs.t).toBe(2);
    expect(examples[0]?.inputs.polluted).toBeUndefined();
  });

  it("reads rows larger than a chunk, with characters across chunk borders", async () => {
    const long = "日本語".repeat(60_000);
    const { examples } = await folder.read("long.jsonl", jsonl({ t: "a" }, { t: long }, { t: "z" }));
    expect(examples.map(({ inputs }) => inputs.t)).toEqual(["a", long, "z"]);
  });

  it("reports the column of invalid JSON", async () => {
    const lines = [
      '{"a": tru}',
      '{"a": 1,}',
      '{"é日": "x" 1}',
      '{"a": 1',
      '{"a": NaN}',
      "{'a': 1}",
      '{"a": "x\ty"}',
      '{"a": 1} x',
      '{"a": 1} {"b": 2}',
      '{"a": "\\x"}',
      '{"a": “b”}',
      '{"a": 1}}',
      '"unfinished',
      `{"a": "b" ${JSON.stringify("c".repeat(100))}}`,
    ];
    const { problems } = await failureOf(folder.read("faults.jsonl", lines.join("\n")));
    expect(problems.map(({ message }) => message)).toEqual([
      'not JSON at column 10: unexpected "}"',
      'not JSON at column 9: unexpected "}"',
      "not JSON at column 12: unexpected 1",
      "not JSON at column 8: it ends too early",
      'not JSON at column 7: unexpected "N"',
      'not JSON at column 2: unexpected "\'"',
      'not JSON at column 9: unexpected "\\t"',
      'not JSON at column 10: unexpected "x"',
      'not JSON at column 10: unexpected "{"',
      'not JSON at column 9: unexpected "x"',
      "not JSON at column 7: unexpected character",
      'not JSON at column 9: unexpected "}"',
      "not JSON at column 12: it ends too early",
      `not JSON at column 11: unexpected "${"c".repeat(39)}…`,
    ]);
  });

  it("reports lines that are not UTF-8", async () => {
    const latin1 = Buffer.from('{"t": "fine"}\n{"t": "caf\xe9"}\n{"t": "end"}\n', "latin1");
    expect(await failureOf(folder.read("latin1.jsonl", latin1))).toMatchObject({
      message: "rows: 1 row cannot be used\nlatin1.jsonl:2  not UTF-8 text",
    });
  });

  it("may be UTF-16, with or without a byte order mark", async () => {
    const text = '{"t": "größer"}\n{"t": "日本"}\n';
    const bytes = [Buffer.from(`\ufeff${text}`, "utf16le"), Buffer.from(text, "utf16le")];
    for (const content of [...bytes, ...bytes.map((one) => Buffer.from(one).swap16())]) {
      const { examples } = await folder.read("utf16.jsonl", content);
      expect(examples.map(({ inputs, origin }) => [inputs.t, origin.line])).toEqual([
        ["größer", 1],
        ["日本", 2],
      ]);
    }
  });

  it("rejects a row that is nested too deeply", async () => {
    const deep = `{"t": ${"[".repeat(200_000)}${"]".repeat(200_000)}}\n`;
    expect((await failureOf(folder.read("deep.jsonl", deep))).problems).toEqual([
      { file: "deep.jsonl", line: 1, message: "it is nested too deeply" },
    ]);
  });

  it("with only blank lines has no rows", async () => {
    expect(await failureOf(folder.read("blank.jsonl", "\n \n"))).toEqual({
      message: "blank.jsonl has no rows",
      hint: "a .jsonl file contains one JSON object per line",
      problems: [],
    });
  });
});
