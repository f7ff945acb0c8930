import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";

/**
 * The value of a column; undefined when the row has none. A column named so in full wins over a path
 * into nested values: `user.name` is first the column "user.name", then `name` under `user`.
 */
export function columnValue(row: JsonObject, column: string): JsonValue | undefined {
  if (Object.hasOwn(row, column)) return row[column];
  let value: JsonValue | undefined = row;
  for (const step of column.split(".")) {
    if (isJsonObject(value)) value = Object.hasOwn(value, step) ? value[step] : undefined;
    else if (Array.isArray(value) && /^\d+$/.test(step))
      value = (value as readonly JsonValue[])[Number(step)];
    else return undefined;
  }
  return value;
}

/** The top-level column that holds a column. */
export function holdingColumn(row: JsonObject, column: string): string {
  return Object.hasOwn(row, column) ? column : (column.split(".")[0] ?? column);
}

/** Columns of a row as a config may name them: those at the top, and those one level below. */
export function columnNames(row: JsonObject): string[] {
  return Object.entries(row).flatMap(([key, value]) =>
    isJsonObject(value) ? [key, ...Object.keys(value).map((inner) => `${key}.${inner}`)] : [key],
  );
}
