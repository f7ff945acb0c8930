import type { TraceFilter } from "../../contracts/trace-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { UsageError } from "../../core/errors.ts";
import { isOfModel } from "../model-name.ts";

/** Filter fields that require equal text, with their names in records. */
const textFields = [
  ["chatId", "chat_id"],
  ["chainId", "chain_id"],
  ["parentId", "parent_id"],
  ["user", "user"],
  ["environment", "environment"],
] as const satisfies readonly (readonly [keyof TraceFilter, string])[];

/** A compiled filter. */
export interface RecordFilter {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly ids: ReadonlySet<string> | undefined;
  /** Texts that the line of a matching record contains, unless the record was changed later. */
  readonly needles: readonly string[];
  /** Expects a record with changes and feedback applied. */
  matches(record: JsonObject): boolean;
}

export function createRecordFilter(filter: TraceFilter): RecordFilter {
  const { since, until, ids, model, prompt, hasError, rating, where = {}, search } = filter;
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const untilMs = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
  if (Number.isNaN(sinceMs)) throw noDate("since", since);
  if (Number.isNaN(untilMs)) throw noDate("until", until);
  const isTimed = since !== undefined || until !== undefined;
  const idSet = ids === undefined ? undefined : new Set(ids);
  const texts = textFields.flatMap(([key, name]) => {
    const value = filter[key];
    return value === undefined ? [] : [[name, value] as const];
  });
  // Without the closing quote, because a dated model name continues after the wanted one.
  const modelNeedle = model === undefined ? undefined : needleOf(model)?.slice(0, -1);
  const conditions: ((record: JsonObject) => boolean)[] = [
    ...(idSet === undefined ? [] : [(record: JsonObject) => idSet.has(String(record["trace_id"]))]),
    ...texts.map(
      ([name, value]) =>
        (record: JsonObject) =>
          record[name] === value,
    ),
    ...(model === undefined
      ? []
      : [(record: JsonObject) => isOfModel(record["model"], record["provider_request"], model)]),
    ...(isTimed ? [(record: JsonObject) => isWithin(record["started_at"], sinceMs, untilMs)] : []),
    ...(hasError === undefined ? [] : [(record: JsonObject) => isError(record["error"]) === hasError]),
    ...(prompt === undefined ? [] : [(record: JsonObject) => isOfPrompt(record, prompt)]),
    ...(rating === undefined ? [] : [(record: JsonObject) => isRated(record["feedback"], rating)]),
    ...Object.entries(where).map(
      ([path, value]) =>
        (record: JsonObject) =>
          isSame(memberAt(record, path) ?? memberAt(record["metadata"], path), value),
    ),
    ...(search === undefined ? [] : [searchFor(search)]),
  ];
  return {
    sinceMs,
    untilMs,
    ids: idSet,
    needles: [
      ...texts.flatMap(([, value]) => needleOf(value) ?? []),
      ...(modelNeedle === undefined ? [] : [modelNeedle]),
    ],
    matches: (record) => conditions.every((holds) => holds(record)),
  };
}

/** A text as every JSON writer would write it, in quotes; undefined if writers differ (`\u00e9`, `\/`). */
export function needleOf(text: string): string | undefined {
  return /^[\w .:@+=-]+$/.test(text) ? `"${text}"` : undefined;
}

function isWithin(startedAt: JsonValue | undefined, sinceMs: number, untilMs: number): boolean {
  const startedMs = Date.parse(String(startedAt));
  return startedMs >= sinceMs && startedMs < untilMs;
}

function isError(error: JsonValue | undefined): boolean {
  return error !== undefined && error !== null && error !== "";
}

/**
 * `prv_…` matches a version, `folder/` everything below it; anything else the path, its last segments, or the
 * trace's name.
 */
function isOfPrompt({ prompt, name }: JsonObject, wanted: string): boolean {
  const { path, version_id: versionId } = isJsonObject(prompt) ? prompt : {};
  if (wanted.startsWith("prv_")) return versionId === wanted;
  if (typeof path !== "string") return name === wanted;
  if (wanted.endsWith("/")) return path.startsWith(wanted);
  return path === wanted || path.endsWith(`/${wanted}`) || name === wanted;
}

function isRated(
  feedback: JsonValue | undefined,
  { operator, value }: NonNullable<TraceFilter["rating"]>,
): boolean {
  const last = (Array.isArray(feedback) ? (feedback as readonly JsonValue[]) : []).findLast(
    (one) => isJsonObject(one) && typeof one["rating"] === "number",
  );
  const rating = isJsonObject(last) ? last["rating"] : undefined;
  return typeof rating === "number" && compare[operator](rating, value);
}

const compare: Readonly<
  Record<NonNullable<TraceFilter["rating"]>["operator"], (rating: number, value: number) => boolean>
> = {
  "<": (rating, value) => rating < value,
  "<=": (rating, value) => rating <= value,
  ">": (rating, value) => rating > value,
  ">=": (rating, value) => rating >= value,
  "=": (rating, value) => rating === value,
  "!=": (rating, value) => rating !== value,
};

/** The member at a dotted path. Keys may contain dots. */
function memberAt(value: JsonValue | undefined, path: string): JsonValue | undefined {
  if (Array.isArray(value)) {
    const [index = "", ...rest] = path.split(".");
    const item = (value as readonly JsonValue[])[Number(index)];
    return rest.length === 0 ? item : memberAt(item, rest.join("."));
  }
  if (!isJsonObject(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const key = path.slice(0, dot);
    const found = Object.hasOwn(value, key) ? memberAt(value[key], path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `3` equals `"3"`, because the user of a filter does not know how the application wrote the value. */
function isSame(found: JsonValue | undefined, wanted: JsonValue): boolean {
  if (found === undefined) return false;
  if (typeof found === "object" && found !== null) return canonicalJson(found) === canonicalJson(wanted);
  return (
    String(found) === (typeof wanted === "object" && wanted !== null ? canonicalJson(wanted) : String(wanted))
  );
}

function searchFor(search: string): (record: JsonObject) => boolean {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return (record) => {
    const texts = ["inputs", "messages", "output"].flatMap((name) => textsIn(record[name]));
    const all = texts.join("\n").toLowerCase();
    return words.every((word) => all.includes(word));
  };
}

function textsIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number" || typeof value === "boolean") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return (Array.isArray(value) ? (value as readonly JsonValue[]) : Object.values(value)).flatMap(textsIn);
}

function noDate(name: string, value: string | undefined): UsageError {
  return new UsageError(`${name}: "${value}" is not a date`, {
    hint: "use 2026-11-21 or 2026-11-21T09:30:00Z",
  });
}
