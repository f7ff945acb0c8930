import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/read-config.ts";

const folder = fileURLToPath(new URL("../../config/", import.meta.url));
const read = (path: string) => readConfig(path, { env: {}, cwd: folder });

interface Row {
  readonly inputs?: { readonly text: string };
  readonly outputs?: string;
  readonly review?: string;
  readonly label?: string;
}

async function rowsOf(path: string): Promise<Row[]> {
  const text = await readFile(`${folder}${path}`, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

describe.each([
  ["starter/config.yaml", "starter/data/reviews.jsonl", "label"],
  ["examples/prompt_optimization.yaml", "examples/data/sentiment_migration_dataset.jsonl", "outputs"],
] as const)("config/%s", (path, data, column) => {
  test("needs no API key and no network, and has no warnings", async () => {
    const config = await read(path);
    expect(Object.values(config.models).map(({ spec }) => spec.provider)).toEqual(["offline", "offline"]);
    expect([config.warnings, config.ignored]).toEqual([[], []]);
    expect(Object.values(config.prompts)[0]).toMatchObject({
      path: "main/default/sentiment_classifier",
      template: "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.\nText: {{text}}\n",
    });
    const [dataset] = Object.values(config.datasets);
    expect(dataset?.spec.source).toEqual({ kind: "file", path: `${folder}${data}` });
  });

  test("its rows are distinct and balanced", async () => {
    const rows = await rowsOf(data);
    const texts = rows.map((row) => row.review ?? row.inputs?.text);
    expect(new Set(texts).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(50);
    const counts = ["positive", "negative", "neutral"].map(
      (label) => rows.filter((row) => row[column] === label).length,
    );
    expect(new Set(counts).size).toBe(1);
  });

  test("its first line refers editors to the schema", async () => {
    const text = await readFile(`${folder}${path}`, "utf8");
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\S*schema\.json\n/);
  });
});

test("the starter is valid as `init` writes it", async () => {
  const config = await read("starter/config.yaml");
  expect(config.models["small"]?.spec.name).toBe("offline/small");
  expect(config.optimizations["optimize_sentiment"]).toMatchObject({
    agent: "sentiment_agent",
    dataset: "reviews",
    reflectionModel: "large",
    budget: { calls: 2000 },
  });
});
