import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { SuiteRow } from "./draw-rows.ts";

/** Rows as in dao-opt's own row files. */
interface StoredRow {
  readonly inputs: Readonly<Record<string, string>>;
  readonly expectations: { readonly expected_response: string };
}

/** The first of these files that the folder has. Throws if it has none. */
function readFirst(
  folder: string,
  names: readonly string[],
): { readonly name: string; readonly text: string } {
  const name = names.find((one) => existsSync(join(folder, one)));
  if (name === undefined)
    throw new Error(
      `${folder} has no ${names.join(" or ")}; test/bench/models/README.md says where to get it`,
    );
  return { name, text: readFileSync(join(folder, name), "utf8") };
}

function jsonLines(text: string): readonly SuiteRow[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const { inputs, expectations } = JSON.parse(line) as StoredRow;
      return { inputs, expected: expectations.expected_response };
    });
}

/** Tweets with the mean rating of 20 people (−4 … 4); ±0.5 and beyond is positive or negative. */
export function sentimentRows(folder: string): readonly SuiteRow[] {
  const { name, text } = readFirst(folder, ["tweets.jsonl", "tweets_GroundTruth.txt"]);
  if (name.endsWith(".jsonl")) return jsonLines(text);
  return text.split(/\r?\n/).flatMap((line) => {
    const [, rating, tweet] = line.split("\t");
    if (rating === undefined || tweet === undefined) return [];
    const mean = Number(rating);
    const expected = mean >= 0.5 ? "positive" : mean <= -0.5 ? "negative" : "neutral";
    return [{ inputs: { text: tweet.trim() }, expected }];
  });
}

/** Customer questions of a bank with these labels, train and test files together. */
export function banking77Rows(folder: string, labels: readonly string[]): readonly SuiteRow[] {
  const read = (part: string) => readFirst(folder, [`banking77-${part}.csv`, `${part}.csv`]).text;
  return ["train", "test"].flatMap((part) =>
    (parse(read(part), { columns: true }) as { readonly text: string; readonly category: string }[])
      .filter(({ category }) => labels.includes(category))
      .map(({ text, category }) => ({ inputs: { text: text.trim() }, expected: category })),
  );
}

/** Support e-mails with the JSON that describes them. */
export function facilityRows(folder: string): readonly SuiteRow[] {
  const { name, text } = readFirst(folder, ["facility-support.jsonl", "dataset.json"]);
  if (name.endsWith(".jsonl")) return jsonLines(text);
  type Published = { readonly fields: { readonly input: string }; readonly answer: string };
  return (JSON.parse(text) as Published[]).map(({ fields, answer }) => ({
    inputs: { input: fields.input },
    expected: answer,
  }));
}
