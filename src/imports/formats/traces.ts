import { isJsonObject, type JsonValue } from "../../core/data/json.ts";
import { traceOfRecord } from "../../traces/trace-record.ts";
import { eachValue, type ImportFormat, type Part } from "../import-format.ts";
import { instantOf, textMember } from "../json-members.ts";
import { kindOf } from "./rows.ts";

/** dao-opt's own trace records, as in its files and in `traces export`. */
export const traces: ImportFormat = {
  name: "traces",
  summary: "dao-opt's own traces",
  recognizes: (value) =>
    isJsonObject(value) &&
    typeof value["trace_id"] === "string" &&
    typeof value["started_at"] === "string" &&
    !("run_type" in value) &&
    !("op_name" in value) &&
    !("call_type" in value),
  read: eachValue("traces", (value) => [partOf(value)]),
};

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: `a trace must be an object, but this is ${kindOf(value)}` };
  const trace = traceOfRecord(value);
  const missing = ["trace_id", "started_at"].filter((name) => textMember(value, name) === undefined);
  if (trace !== undefined && missing.length === 0) {
    if (instantOf(trace.startedAt) !== undefined) return { trace: { source: undefined, ...trace } };
    return { problem: `started_at is not a time: ${JSON.stringify(trace.startedAt)}` };
  }
  return { problem: `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing` };
}
