import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { parseSource, sourceJson } from "../../store/record-json.ts";

/** Key in another tool's metadata for the members of a record that the tool has no field for. */
const carrier = "dao_opt";

/** Members that the rest of the item already contains losslessly. */
interface ExportedMembers {
  readonly outputs?: boolean;
  readonly expectations?: boolean;
  readonly source?: boolean;
}

/** The tags of a record as metadata, plus the members that the item does not contain; undefined if empty. */
export function carryingMetadata(record: DatasetRecord, contained: ExportedMembers): JsonObject | undefined {
  const { outputs, expectations, tags, source, other } = record;
  const carried = {
    ...(outputs === undefined || contained.outputs === true ? {} : { outputs }),
    // Null marks that what the item presents as expected was only recorded.
    ...(contained.expectations === true ? {} : { expectations: expectations ?? null }),
    ...(source === undefined || contained.source === true ? {} : { source: sourceJson(source) }),
    ...(other === undefined ? {} : { other }),
  };
  const metadata = { ...tags, ...(Object.keys(carried).length === 0 ? {} : { [carrier]: carried }) };
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}

/** Restores a record whose tags are the metadata of an exported item. */
export function withCarried(record: DatasetRecord): DatasetRecord {
  const carried = record.tags?.[carrier];
  if (!isJsonObject(carried)) return record;
  const { tags: metadata = {}, expectations: exported, ...rest } = record;
  const { [carrier]: _carried, ...tags } = metadata;
  const expectations = Object.hasOwn(carried, "expectations") ? carried["expectations"] : exported;
  const source = parseSource(carried["source"]);
  const other = isJsonObject(carried["other"]) ? carried["other"] : {};
  return {
    ...rest,
    ...(carried["outputs"] === undefined ? {} : { outputs: carried["outputs"] }),
    ...(isJsonObject(expectations) ? { expectations } : {}),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(source === undefined ? {} : { source }),
    ...(Object.keys(other).length === 0 ? {} : { other: { ...rest.other, ...other } }),
  };
}

/** True if the expected answer is the only expectation and readers cannot mistake it for JSON. */
export function isPlainAnswer(expectations: JsonObject | undefined): boolean {
  const names = Object.keys(expectations ?? {});
  return names.length === 1 && isPlainText(expectations?.["expected_response"]);
}

export function isPlainText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value.trim() !== "" && !/^\s*[[{]/.test(value);
}
