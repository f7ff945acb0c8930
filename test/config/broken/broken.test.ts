import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "../../support/run-cli.ts";
import { readCases } from "./read-cases.ts";

/** The output of `validate` for the file. */
async function validate(file: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), "dao-opt-broken-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
    const { exitCode, stdout, stderr } = await runCli(["validate", file], { cwd });
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    return stderr.replaceAll(`${cwd}/`, "").replaceAll(cwd, ".").trimEnd();
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

const tables = [
  "quotes-and-brackets",
  "syntax",
  "indentation",
  "keys",
  "values",
  "references",
  "rows",
  "files",
];

describe.each(tables)("%s", (table) => {
  test.each(readCases(table))("$name", async ({ file, files, expected }) => {
    const printed = await validate(file, files);
    expect(printed).toBe(expected);
    // A path ends with the name that a message may start with.
    expect(printed).not.toMatch(/\b([\w-]+): \1: /);
  });
});

describe("files that are not text", () => {
  const utf16 = (text: string, mark: readonly number[]) =>
    Uint8Array.from([...mark, ...[...text].flatMap((sign) => [sign.charCodeAt(0), 0])]);
  test.each([
    [
      "UTF-16 with its mark",
      utf16("agents: {}\n", [0xff, 0xfe]),
      "the file is UTF-16 text; save it as UTF-8",
    ],
    ["UTF-16 without its mark", utf16("agents: {}\n", []), "the file is UTF-16 text; save it as UTF-8"],
    [
      "a picture",
      Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10]),
      "the file is a PNG image, not YAML; give the path of a YAML file",
    ],
    [
      "a spreadsheet",
      Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0]),
      "the file is a zip archive (or an office document), not YAML; give the path of a YAML file",
    ],
    [
      "zero bytes",
      Uint8Array.from([1, 2, 0, 4, 5, 6, 7]),
      "the file is not text: it contains zero bytes; give the path of a YAML file",
    ],
    [
      "Latin-1",
      Uint8Array.from([...Buffer.from("agents: {} # "), 0xe4, 10]),
      "the file is not UTF-8 text; save it as UTF-8",
    ],
  ])("%s", async (_name, bytes, message) => {
    expect(await validate("config.yaml", { "config.yaml": bytes })).toBe(`error: config.yaml  ${message}`);
  });
});
