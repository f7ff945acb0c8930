import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { renderKeyReference } from "../../../src/config/schema/key-reference.ts";

const reference = renderKeyReference();

test("a key has its value, default and meaning in one row", () => {
  expect(reference).toContain("| `num_candidates` | whole number | `5` | rewrites proposed per step |");
  expect(reference).toContain(
    "| `max_steps` | whole number | 3, or unlimited if a budget is set | maximum number of steps |",
  );
  expect(reference).toContain("| `price.input` | number | required | USD per million input tokens |");
  expect(reference).toContain("| `gate.mode` | `better` or `non_inferior`");
});

test("no text breaks its row", () => {
  const rows = reference.split("\n").filter((line) => line.startsWith("| "));
  expect(rows.length).toBeGreaterThan(90);
  for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(6);
});

test("every key of the starter file is in it", async () => {
  const text = await readFile(new URL("../../../config/starter/config.yaml", import.meta.url), "utf8");
  for (const key of [
    "catalog_name",
    "schema_name",
    "provider",
    "default_template",
    "dataset_name",
    "expected",
    "budget.calls",
  ])
    expect([text.includes(key.split(".").at(-1) ?? ""), reference.includes(`\`${key}\``)]).toEqual([
      true,
      true,
    ]);
});
