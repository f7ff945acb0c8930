import { beforeAll, describe, expect, it } from "vitest";
import type { Dataset } from "../../../src/contracts/dataset-store.ts";
import { createDataFolder, type DataFolder, failureOf } from "../data-folder.ts";

let folder: DataFolder;
beforeAll(async () => {
  folder = await createDataFolder();
});

const rowsOf = ({ examples }: Dataset) => examples.map(({ inputs, origin }) => [inputs, origin.line]);

describe("a .csv file", () => {
  it("may have a byte order mark, CRLF, quoted breaks, commas and quotes, and blank lines", async () => {
    const content = '\ufefftext, n\r\n"a, ""b""\r\nc",1\r\n\r\n\r\nd,2\r\n"e\nf\ng",3\r\nh,4';
    expect(rowsOf(await folder.read("all.csv", content))).toEqual([
      [{ text: 'a, "b"\r\nc', n: "1" }, 2],
      [{ text: "d", n: "2" }, 6],
      [{ text: "e\nf\ng", n: "3" }, 7],
      [{ text: "h", n: "4" }, 10],
    ]);
  });

  it("omits columns without a name", async () => {
    expect(rowsOf(await folder.read("index.csv", ",text\n0,a\n"))).toEqual([[{ text: "a" }, 2]]);
  });

  it("keeps every value as a string and every name as a column", async () => {
    expect(rowsOf(await folder.read("texts.csv", "a,b,__proto__\n007,true,x\n"))).toEqual([
      [JSON.parse('{"a": "007", "b": "true", "__proto__": "x"}'), 2],
    ]);
  });

  it("reports rows whose number of fields differs from the header", async () => {
    const content = 'a,b\n1,2\n3\n"x\ny",2,3,4\n5,6\n';
    expect((await failureOf(folder.read("fields.csv", content))).problems).toEqual([
      { file: "fields.csv", line: 3, message: "1 field where the header has 2" },
      { file: "fields.csv", line: 4, message: "4 fields where the header has 2" },
    ]);
  });

  it("reports stray quotes and continues after them", async () => {
    const content = 'a,b\n1,2\n5" wide,2\n3,"x" y"\n4,5\n';
    const advice = "double the quotes inside a value, and enclose it in quotes";
    const failure = await failureOf(folder.read("quotes.csv", content));
    expect(failure.problems).toEqual([
      { file: "quotes.csv", line: 3, message: `a quote in a value that does not start with one; ${advice}` },
      { file: "quotes.csv", line: 4, message: `text after a closing quote; ${advice}` },
    ]);
    const skipped = await folder.read("quotes.csv", content, {
      onBadRow: "skip",
    });
    expect(rowsOf(skipped)).toEqual([
      [{ a: "1", b: "2" }, 2],
      [{ a: "4", b: "5" }, 5],
    ]);
  });

  it("with an unclosed quote fails even under skip", async () => {
    const content = 'a,b\n1,2\n3,"4\n5,6\n7,8\n';
    const message =
      "a value opens with a quote that is never closed; double the quotes inside a value, and enclose it in quotes";
    expect(await failureOf(folder.read("open.csv", content, { onBadRow: "skip" }))).toEqual({
      message: `open.csv:3  ${message}`,
      hint: undefined,
      problems: [{ file: "open.csv", line: 3, message }],
    });
  });

  it("reports rows that are not UTF-8", async () => {
    // The ö in UTF-8 shows that the whole is not Windows-1252.
    const content = Buffer.from('a,b\n\xc3\xb6,y\ncaf\xe9,1\n"two\nlin\xe9s",2\nlast,3\n', "latin1");
    const dataset = await folder.read("latin1.csv", content, { onBadRow: "skip" });
    expect(rowsOf(dataset).map(([, line]) => line)).toEqual([2, 6]);
    expect(dataset.skipped).toEqual([
      { file: "latin1.csv", line: 3, message: "not UTF-8 text" },
      { file: "latin1.csv", line: 4, message: "not UTF-8 text" },
    ]);
  });

  it("with only a header has no rows", async () => {
    expect(await failureOf(folder.read("header.csv", "a,b\n"))).toEqual({
      message: "header.csv has no rows",
      hint: "a .csv file contains comma-separated values with a header row",
      problems: [],
    });
  });

  it("counts lines across chunks", async () => {
    const rows = Array.from({ length: 4000 }, (_, at) => `"${at}\n${"é".repeat(at % 60)}",${at}`);
    const { examples } = await folder.read("chunks.csv", `t,n\n${rows.join("\r\n")}`);
    expect(examples).toHaveLength(4000);
    expect(
      examples.every(({ inputs, origin }, at) => inputs.n === `${at}` && origin.line === 2 + 2 * at),
    ).toBe(true);
  });
});

describe("a .tsv file", () => {
  it("is separated by tabs", async () => {
    const content = 'text\tlabel\na, b\tx\n"c\td"\ty\n';
    expect(rowsOf(await folder.read("tabs.tsv", content))).toEqual([
      [{ text: "a, b", label: "x" }, 2],
      [{ text: "c\td", label: "y" }, 3],
    ]);
  });
});
