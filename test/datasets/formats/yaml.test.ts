import { open } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createDataFolder, type DataFolder, failureOf } from "../data-folder.ts";

let folder: DataFolder;
beforeAll(async () => {
  folder = await createDataFolder();
});

describe("a .yaml file", () => {
  it("is a list of rows, with anchors and merge keys", async () => {
    const content = "- &base\n  text: |\n    a\n    b\n  lang: en\n- <<: *base\n  text: d\n- {text: e}\n";
    const { examples } = await folder.read("list.yaml", content);
    expect(examples.map(({ inputs, origin }) => [inputs, origin.line])).toEqual([
      [{ text: "a\nb\n", lang: "en" }, 2],
      [{ text: "d", lang: "en" }, 6],
      [{ text: "e" }, 8],
    ]);
  });

  it("may contain the list under a key", async () => {
    const { examples } = await folder.read(
      "map.yml",
      "about: x\nrecords:\n  - text: a\n  - text: 2026-01-01\n",
    );
    expect(examples.map(({ inputs, origin }) => [inputs, origin.line])).toEqual([
      [{ text: "a" }, 3],
      [{ text: "2026-01-01" }, 4],
    ]);
  });

  it("reports rows that cannot be used", async () => {
    const failure = await failureOf(folder.read("rows.yaml", "- text: a\n- b\n- text: .inf\n-\n"));
    expect(failure.problems).toEqual([
      { file: "rows.yaml", line: 2, message: "the row is a string, not an object" },
      { file: "rows.yaml", line: 3, message: "it contains Infinity, which JSON cannot represent" },
      { file: "rows.yaml", line: 4, message: "the row is null, not an object" },
    ]);
  });

  it("reports every place with invalid YAML", async () => {
    const failure = await failureOf(folder.read("faults.yaml", "- a: [1\n- b: c: d\n", { onBadRow: "skip" }));
    expect(failure.message.split("\n")[0]).toBe(
      "faults.yaml:2  not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    );
    expect(failure.problems.map(({ line }) => line)).toEqual([2, 2]);
  });

  it.each([
    [
      "documents",
      "- a: 1\n---\n- a: 2\n",
      "documents.yaml:2  not YAML: a second document starts here; use a single list",
    ],
    [
      "alias",
      "- *x\n",
      "alias.yaml  not YAML: Unresolved alias (the anchor must be set before the alias): x",
    ],
    ["map", "a: 1\n", "map.yaml  the file contains an object with the keys a, not a list of rows"],
    ["nothing", "# nothing\n", "nothing.yaml has no rows"],
  ])("is refused: %s", async (name, content, message) => {
    expect((await failureOf(folder.read(`${name}.yaml`, content))).message).toBe(message);
  });

  it("is rejected if its aliases expand too much", async () => {
    const levels = ["a: &a0 [x]"];
    for (let at = 1; at < 9; at++)
      levels.push(
        `a${at}: &a${at} [${Array(9)
          .fill(`*a${at - 1}`)
          .join(", ")}]`,
      );
    const content = `- ${levels.join("\n  ")}\n`;
    expect((await failureOf(folder.read("bomb.yaml", content))).message).toBe(
      "bomb.yaml  not YAML: Excessive alias count indicates a resource exhaustion attack",
    );
  });

  it("of more than 64 MB is rejected before it is read", async () => {
    const path = join(folder.path, "huge.yaml");
    const file = await open(path, "w");
    await file.truncate(65 * 2 ** 20);
    await file.close();
    expect(await failureOf(folder.readSource({ kind: "file", path }))).toMatchObject({
      message: "huge.yaml  65 MB of YAML exceed the limit of 64 MB",
      hint: "convert the file to .jsonl, which is read row by row",
    });
  });

  it("must be UTF-8", async () => {
    const content = Buffer.from("- text: a\n- text: caf\xe9\n", "latin1");
    expect((await failureOf(folder.read("latin1.yaml", content))).message).toBe(
      "latin1.yaml:2  not UTF-8 text",
    );
  });
});
