import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { parseSource, sourceJson } from "../../store/record-json.ts";

/** Under this name the metadata of another tool's item holds the members of a record that the tool has none for. */
const carrier = "dao_opt";

/** Which members the rest of the item tells already, in a way that gives back the same. */
interface ExportedMembers {
  readonly outputs?: boolean;
  readonly expectations?: boolean;
  readonly source?: boolean;
}

/** Tags, with the members that the item does not tell, as its metadata; undefined when there is nothing. */
export function carryingMetadata(record: DatasetRecord, told: ExportedMembers): JsonObject | undefined {
  const { outputs, expectations, tags, source, other } = record;
  const carried = {
    ...(outputs === undefined || told.outputs === true ? {} : { outputs }),
    // Null: what the item tells as expected was only recorded.
    ...(told.expectations === true ? {} : { expectations: expectations ?? null }),
    ...(source === undefined || told.source === true ? {} : { source: sourceJson(source) }),
    ...(other === undefined ? {} : { other }),
  };
  const metadata = { ...tags, ...(Object.keys(carried).length === 0 ? {} : { [carrier]: carried }) };
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}

/** The way back, for a record whose tags are an item's metadata. */
export function withCarried(record: DatasetRecord): DatasetRecord {
  const carried = record.tags?.[carrier];
  if (!isJsonObject(carried)) return record;
  const { tags: metadata = {}, expectations: told, ...rest } = record;
  const { [carrier]: _carried, ...tags } = metadata;
  const expectations = Object.hasOwn(carried, "expectations") ? carried["expectations"] : told;
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

/** Is the expected answer all that is expected, and a text that no reader takes for JSON? */
export function isPlainAnswer(expectations: JsonObject | undefined): boolean {
  const names = Object.keys(expectations ?? {});
  return names.length === 1 && isPlainText(expectations?.["expected_response"]);
}

export function isPlainText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value.trim() !== "" && !/^\s*[[{]/.test(value);
}
