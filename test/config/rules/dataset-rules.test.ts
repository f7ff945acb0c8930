import { expect, test } from "vitest";
import { issuesOf, readText } from "../read-text.ts";

const dataset = (fields: string) => `datasets:\n  d: { ${fields} }\n`;

test.each([
  [
    "expected: label",
    "config.yaml:2:3  datasets.d: has no source of rows; set path, data, mlflow, or files under split",
  ],
  [
    "name: collected, split: { seed: 1 }",
    "config.yaml:2:3  datasets.d: has no source of rows; set path, data, mlflow, or files under split",
  ],
  ["path: a.csv, mlflow: reviews", "config.yaml:2:3  datasets.d: path and mlflow are set; keep one of them"],
  [
    "mlflow: { dataset_id: d-1, filter: x }",
    "config.yaml:2:35  datasets.d.mlflow.filter: applies to traces of an experiment only; remove it",
  ],
  [
    "mlflow: { filter: x }",
    "config.yaml:2:8  datasets.d.mlflow: names no rows; set dataset_id, or experiment for its traces",
  ],
  [
    "mlflow: { dataset_id: d-1, experiment: x }",
    "config.yaml:2:8  datasets.d.mlflow: dataset_id and experiment are set; keep one of them",
  ],
  [
    "mlflow: { experimnt: x }",
    "config.yaml:2:18  datasets.d.mlflow.experimnt: unknown key; did you mean experiment?",
  ],
  ["path: a.csv, data: []", "config.yaml:2:3  datasets.d: path and data are set; keep one of them"],
  [
    "path: a.csv, split: { train: a.csv, validation: b.csv }",
    "config.yaml:2:3  datasets.d: path and files under split are set; keep one of them",
  ],
  [
    "path: a.csv, split: { train: 0.5 }",
    "config.yaml:2:21  datasets.d.split.validation: is missing; set both train and validation",
  ],
  [
    "path: a.csv, split: { train: 0.5, validation: 0.5, test: 0.2 }",
    "config.yaml:2:21  datasets.d.split: the shares add up to 1.2; they may add up to at most 1",
  ],
  [
    "path: a.csv, split: { train: 60, validation: 0.2 }",
    "config.yaml:2:30  datasets.d.split.train: must be at most 1, got 60; 60 % is 0.6",
  ],
  [
    "path: a.csv, split: { train: 0, validation: 0.2 }",
    "config.yaml:2:30  datasets.d.split.train: must be greater than 0, got 0; an engine needs train rows to learn from and validation rows to compare candidates",
  ],
  ["path: a.csv, data: [5]", "config.yaml:2:28  datasets.d.data.0: must be a map, got 5"],
  ["path: a.csv, columns: {}", "config.yaml:2:21  datasets.d.columns: unknown key; did you mean inputs?"],
])("%s", async (fields, message) => {
  expect(await issuesOf(dataset(fields))).toEqual([message]);
});

test("files and shares cannot be mixed", async () => {
  expect(await issuesOf(dataset("split: { train: a.csv, validation: 0.5 }"))).toEqual([
    "config.yaml:2:31  datasets.d.split.validation: files and shares are mixed; use files for all parts, or shares for all",
  ]);
});

test.each([
  ["path: a.csv", { seed: 42, isGiven: false }],
  ["path: a.csv, split: { seed: 7, by: customer }", { seed: 7, isGiven: false }],
  [
    "path: a.csv, split: { train: 0.4, validation: 0.3 }",
    { shares: { train: 0.4, validation: 0.3, test: 0.3 }, seed: 42, isGiven: false },
  ],
  [
    "path: a.csv, split: { train: 0.1, validation: 0.2, test: 0.7 }",
    { shares: { train: 0.1, validation: 0.2, test: 0.7 }, seed: 42, isGiven: false },
  ],
  ["split: { train: a.csv, validation: b.csv }", { seed: 42, isGiven: true }],
])("%s: the split", async (fields, split) => {
  const config = await readText(dataset(fields));
  expect(config.datasets["d"]?.split).toEqual(split);
});

test("columns, groups and parts in long form", async () => {
  const config = await readText(
    dataset(
      "inputs: { text: review_text }, expected: label, split: { train: t.jsonl, validation: v.jsonl, test: x.jsonl, by: customer }",
    ),
  );
  expect(config.datasets["d"]?.spec).toEqual({
    name: "d",
    source: {
      kind: "parts",
      train: `${config.directory}/t.jsonl`,
      validation: `${config.directory}/v.jsonl`,
      test: `${config.directory}/x.jsonl`,
    },
    inputs: { text: "review_text" },
    expected: "label",
    groupBy: "customer",
    onBadRow: "fail",
  });
});
