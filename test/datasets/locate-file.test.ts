import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createDataFolder, type DataFolder, failureOf } from "./data-folder.ts";

let folder: DataFolder;
beforeAll(async () => {
  folder = await createDataFolder();
  await folder.write("reviews.jsonl", '{"t": 1}\n');
  await folder.write("support.csv", "t\n1\n");
  await folder.write("notes.docx", "x");
  await mkdir(join(folder.path, "folder.csv"));
  await mkdir(join(folder.path, "empty"));
});

const failureAt = (...path: string[]) =>
  failureOf(folder.readSource({ kind: "file", path: join(folder.path, ...path) }));

describe("a data file", () => {
  it("that is missing: suggests a similar name", async () => {
    expect(await failureAt("review.jsonl")).toEqual({
      message: "no file review.jsonl",
      hint: "did you mean reviews.jsonl?",
      problems: [],
    });
  });

  it("that is missing: lists the folder", async () => {
    expect((await failureAt("something-else.json")).hint).toBe(
      `${folder.path} contains folder.csv, reviews.jsonl, support.csv`,
    );
    expect((await failureAt("empty", "x.json")).hint).toBe(
      `${join(folder.path, "empty")} contains no data files`,
    );
    expect(await failureAt("no", "x.json")).toMatchObject({
      message: "no file no/x.json",
      hint: `the folder ${join(folder.path, "no")} does not exist`,
    });
  });

  it("must have a known format", async () => {
    const hint =
      "formats: .jsonl (one JSON object per line); .ndjson (one JSON object per line); .json (a list of rows, or an object with the list under rows, data or records); .csv (comma-separated values with a header row); .tsv (tab-separated values with a header row); .txt (a table with a header row, or JSON); .yaml (a list of rows); .yml (a list of rows); .xlsx (a sheet with a header row); .parquet (a Parquet table)";
    expect(await failureAt("notes.docx")).toEqual({
      message: "notes.docx is a .docx file, and no format that can be read",
      hint,
      problems: [],
    });
    await folder.write("bare", "x");
    expect((await failureAt("bare")).message).toBe("bare has no extension, and no format that can be read");
  });

  it("may have an uppercase extension", async () => {
    expect((await folder.read("BIG.JSONL", '{"t": 1}\n')).examples).toHaveLength(1);
  });

  it("must not be a folder or empty", async () => {
    expect((await failureAt("folder.csv")).message).toBe("folder.csv is a folder, not a data file");
    expect(await failureOf(folder.read("empty.csv", ""))).toEqual({
      message: "empty.csv is empty",
      hint: "a .csv file contains comma-separated values with a header row",
      problems: [],
    });
  });
});
