import type { DatasetRecord } from "../../contracts/dataset-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import type { JsonValue } from "../../core/data/json.ts";
import { nearDuplicateShare } from "../../core/data/near-duplicates.ts";
import { DatasetError } from "../../core/errors.ts";
import { estimateTokens } from "../../core/usage.ts";
import { outputText } from "../rows/answer-text.ts";
import { columnValue, groupCensus } from "../rows/columns.ts";
import { createNumberList, idOfKey } from "../store/key-table.ts";
import type { RecordRow } from "../store/read-records.ts";
import { createLeakWatch, groupKey, type Leaks } from "./leak-watch.ts";
import { type ReferenceKind, referenceAnswer } from "./reference-answer.ts";
import {
  createLabelCount,
  createTextSample,
  type LabelBalance,
  type LengthSummary,
  summarizeLengths,
} from "./text-statistics.ts";

const sampleSize = 5_000;
const mostParts = 100;

/** Rows of one file. */
interface StatsSource {
  readonly name: string;
  readonly rows: AsyncIterable<RecordRow>;
}

/** Characters and estimated tokens. */
export interface TextLengths {
  readonly characters: LengthSummary;
  readonly tokens: LengthSummary;
}

export interface DatasetStats {
  readonly rows: number;
  /** Rows with different inputs. A run merges rows with equal inputs. */
  readonly distinct: number;
  readonly answers: Readonly<Record<ReferenceKind, number>>;
  readonly balance: LabelBalance;
  readonly inputs: TextLengths | undefined;
  readonly outputs: TextLengths | undefined;
  /** Near-duplicates among the different inputs, measured on a sample of `sample` of them. */
  readonly nearDuplicates: { readonly share: number; readonly sample: number };
  /** The files if there are several, otherwise the parts named by the rows (tag or column `split`). */
  readonly parts: readonly { readonly name: string; readonly rows: number }[];
  readonly leaks: Leaks;
  /** Groups of the `by` column that occur in more than one part; undefined without `by`. */
  readonly groupLeaks: Leaks | undefined;
}

/**
 * Computes statistics in one pass. Memory: under 100 bytes per row, independent of row size. Rejects with
 * DatasetError if no row has the `by` column.
 */
export async function datasetStats(
  sources: readonly StatsSource[],
  { by }: { readonly by?: string | undefined } = {},
): Promise<DatasetStats> {
  const answers = { expected: 0, facts: 0, output: 0, none: 0 };
  const parts = new Map<string, number>();
  const labels = createLabelCount();
  const inputs = createLengths();
  const outputs = createLengths();
  const sample = createTextSample(sampleSize);
  const watch = createLeakWatch();
  const groups = createLeakWatch();
  const census = groupCensus(by);
  let rows = 0;
  for (const source of sources) {
    for await (const { record, row, key } of source.rows) {
      rows++;
      census.add(row);
      const part = sources.length > 1 ? source.name : partOf(record, parts);
      if (part !== undefined) parts.set(part, (parts.get(part) ?? 0) + 1);
      const answer = referenceAnswer(record);
      answers[answer.kind]++;
      if (answer.text !== undefined) labels.add(answer.text);
      const text = inputsText(record);
      inputs.add(text);
      const output = outputText(record.outputs);
      if (output !== undefined) outputs.add(output);
      const before = watch.distinct;
      watch.add(key, part ?? "", () => idOfKey(key));
      if (watch.distinct > before) sample.add(text);
      const group = by === undefined ? undefined : columnValue(row, by);
      if (group !== undefined && group !== null) groups.add(groupKey(group), part ?? "", () => textOf(group));
    }
  }
  const [missing] = census.missing();
  if (missing !== undefined)
    throw new DatasetError(`no row has the column "${missing.column}" (--by)`, [], { hint: missing.hint });
  return {
    rows,
    distinct: watch.distinct,
    answers,
    balance: labels.balance(),
    inputs: inputs.summary(),
    outputs: outputs.summary(),
    nearDuplicates: { share: nearDuplicateShare(sample.texts), sample: sample.texts.length },
    parts: [...parts].map(([name, count]) => ({ name, rows: count })),
    leaks: watch.leaks(),
    groupLeaks: by === undefined ? undefined : groups.leaks(),
  };
}

/** The part named by the row. After 100 different names the rest are counted as "others". */
function partOf({ tags, other }: DatasetRecord, known: ReadonlyMap<string, number>): string | undefined {
  const part = tags?.["split"] ?? other?.["split"];
  if (typeof part !== "string" || part === "") return undefined;
  return known.has(part) || known.size < mostParts ? part : "others";
}

function inputsText({ inputs }: DatasetRecord): string {
  return Object.values(inputs).map(textOf).join("\n");
}

function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : canonicalJson(value);
}

function createLengths() {
  const characters = createNumberList("uint32");
  const tokens = createNumberList("uint32");
  return {
    add(text: string): void {
      characters.push(text.length);
      tokens.push(estimateTokens(text));
    },
    summary(): TextLengths | undefined {
      const [ofCharacters, ofTokens] = [summarizeLengths(characters), summarizeLengths(tokens)];
      if (ofCharacters === undefined || ofTokens === undefined) return undefined;
      return { characters: ofCharacters, tokens: ofTokens };
    },
  };
}

const fewestRows = 20;
const advisedRows = 50;
const highDuplicateShare = 0.3;
const dominantShare = 0.9;

/** Describes properties of a dataset that would impair an optimization. */
export function statsWarnings(stats: DatasetStats): readonly string[] {
  if (stats.rows === 0) return ["there are no rows"];
  const { distinct, nearDuplicates, answers, balance, leaks, groupLeaks } = stats;
  const warnings: string[] = [];
  const diverse = Math.round(distinct * (1 - nearDuplicates.share));
  if (diverse < fewestRows) {
    warnings.push(
      `${diverse} diverse rows; under ${fewestRows} nothing can be proven. Collect ${fewestRows} to ${advisedRows} or more`,
    );
  } else if (diverse < advisedRows) {
    warnings.push(`${diverse} diverse rows; with ${advisedRows} or more smaller gains can be proven`);
  }
  if (nearDuplicates.share > highDuplicateShare) {
    warnings.push(`${Math.round(nearDuplicates.share * 100)} % of the inputs are near-duplicates of others`);
  }
  if (answers.none > 0) {
    warnings.push(`${counted(answers.none, "row")} without an expected or recorded answer`);
  }
  const [top] = balance.labels;
  const answered = balance.labels.reduce((sum, { rows }) => sum + rows, 0);
  if (top !== undefined && balance.labels.length > 1 && top.rows / answered > dominantShare) {
    warnings.push(
      `${Math.round((top.rows / answered) * 100)} % of the answers are "${top.label}": too few rows to learn the others`,
    );
  }
  if (leaks.count > 0) {
    warnings.push(`${counted(leaks.count, "input")} in more than one part: scores on them are not reliable`);
  }
  if (groupLeaks !== undefined && groupLeaks.count > 0) {
    warnings.push(`${counted(groupLeaks.count, "group")} in more than one part`);
  }
  return warnings;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
