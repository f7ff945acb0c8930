import { expect, test } from "vitest";
import { createImportWorld } from "../support/import-world.ts";

test.each([
  ["Langfuse", (answer: unknown) => ({ input: { q: "a" }, expectedOutput: answer })],
  ["LangSmith", (answer: unknown) => ({ inputs: { q: "a" }, outputs: answer, source_run_id: null })],
  ["Humanloop", (answer: unknown) => ({ inputs: { q: "a" }, messages: null, target: answer })],
])(
  "%s: an object of a JSON task stays what is expected; a wrapper of the tool's is taken off",
  async (name, item) => {
    const world = createImportWorld();
    const read = async (answer: unknown, dataset: string) => {
      world.write("items.jsonl", JSON.stringify(item(answer)));
      const format = name === "Humanloop" ? ["--format", "humanloop"] : [];
      await world.imported("items.jsonl", "--dataset", dataset, ...format);
      return world.rows(dataset)[0]?.["expectations"];
    };
    const expected = (answer: unknown) => ({ expected_response: answer });
    expect(await read({ label: "woof" }, "one")).toMatchObject(expected({ label: "woof" }));
    expect(await read({ output: "woof" }, "two")).toMatchObject(expected("woof"));
    expect(await read({ output: { label: "woof" } }, "three")).toMatchObject(expected({ label: "woof" }));
  },
);
