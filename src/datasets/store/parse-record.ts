import type { DatasetRecord, DatasetSpec } from "../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { writtenExpectations } from "../rows/answer-text.ts";
import { columnValue, holdingColumn, structured } from "../rows/columns.ts";
import { withRecordedTurn } from "../rows/last-turn.ts";
import { rowInputs } from "../rows/row-content.ts";
import { noValue, type RowFault } from "../rows/row-fault.ts";
import { parseSource } from "./record-json.ts";

/** Which columns of a row are its variables and its expected answer. Empty for rows in MLflow's format. */
export type RowMapping = Pick<DatasetSpec, "inputs" | "expected">;

/** Keys with a member in a record, including flat ones that go under `expectations`. */
const ownKeys = new Set([
  "inputs",
  "outputs",
  "expectations",
  "expected_response",
  "expected_facts",
  "tags",
  "source",
]);

/**
 * Parses a row of a file by the same rules as `run`: `inputs` or flat columns, expected answers nested or
 * flat. Adds problems to `faults`. Rows that a run could not use (blank inputs, facts that are not strings)
 * are valid records. Unknown members go to `other`.
 */
export function parseDatasetRecord(row: JsonObject, mapping: RowMapping, faults: RowFault[]): DatasetRecord {
  const inputs = recordInputs(row, mapping, faults);
  const expectations = { ...writtenExpectations(row, faults), ...mappedAnswer(row, mapping, faults) };
  const outputs = unwrapped(row["outputs"]);
  const tags = recordTags(row["tags"]);
  const source = parseSource(row["source"]);
  const other = otherMembers(row, mapping);
  if (source === undefined && hasContent(row["source"])) other["source"] = row["source"];
  const record: DatasetRecord = {
    inputs,
    ...(hasContent(outputs) ? { outputs } : {}),
    ...(Object.keys(expectations).length === 0 ? {} : { expectations }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(source === undefined ? {} : { source }),
    ...(Object.keys(other).length === 0 ? {} : { other }),
  };
  return isFlat(row, mapping) ? withRecordedTurn(record) : record;
}

/** Whether the columns of the row are its inputs: records of `inputs` are stored as they are. */
function isFlat(row: JsonObject, { inputs }: RowMapping): boolean {
  return inputs !== undefined || !isJsonObject(structured(row["inputs"]));
}

const noSource: DatasetSpec["source"] = { kind: "inline", rows: [], file: "" };

function recordInputs(row: JsonObject, mapping: RowMapping, faults: RowFault[]): JsonObject {
  const given = structured(row["inputs"]);
  if (mapping.inputs === undefined && isJsonObject(given)) return given;
  return rowInputs(row, { name: "", source: noSource, onBadRow: "fail", ...mapping }, faults);
}

/** MLflow stores outputs that are not objects as `{"mlflow_wrapped": …}`. */
function unwrapped(outputs: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(outputs) || !Object.hasOwn(outputs, "mlflow_wrapped")) return outputs;
  return Object.keys(outputs).length === 1 ? outputs["mlflow_wrapped"] : outputs;
}

function mappedAnswer(row: JsonObject, { expected }: RowMapping, faults: RowFault[]): JsonObject {
  if (expected === undefined) return {};
  const value = columnValue(row, expected);
  if (value !== undefined && hasContent(value)) return { expected_response: value };
  faults.push(noValue(expected, "expected"));
  return {};
}

function recordTags(written: JsonValue | undefined): JsonObject {
  const tags = structured(written);
  if (isJsonObject(tags)) return tags;
  return tags !== undefined && hasContent(tags) ? { tags } : {};
}

/** Without `inputs` and without a mapping, all columns of a row are inputs. */
function otherMembers(row: JsonObject, { inputs, expected }: RowMapping): Record<string, JsonValue> {
  const mapped = [...Object.values(inputs ?? {}), ...(expected === undefined ? [] : [expected])];
  const taken = new Set([...ownKeys, ...mapped.map((column) => holdingColumn(row, column))]);
  const areInputs = inputs === undefined && !isJsonObject(structured(row["inputs"]));
  const members = Object.entries(row).filter(([key]) => !taken.has(key) && (!areInputs || key === "id"));
  return Object.fromEntries(members);
}

/** False for null and for blank cells of a table. */
function hasContent(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null && value !== "";
}
