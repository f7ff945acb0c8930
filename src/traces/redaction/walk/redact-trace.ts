import type { JsonValue } from "../../../core/data/json.ts";
import type { Trace } from "../../../core/trace.ts";
import { renameCleaned } from "../../derived-name.ts";
import { redactJson } from "./redact-json.ts";
import type { TextRules } from "./text-rules.ts";

/** By these the store finds a trace and its parent. Every other field is redacted, those of days to come too. */
const identity: ReadonlySet<string> = new Set(["traceId", "parentId"] satisfies (keyof Trace)[]);

export function redactTrace(trace: Trace, rules: TextRules): Trace {
  const fields = Object.entries(trace)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => [field, identity.has(field) ? value : redactJson(value as JsonValue, rules)]);
  return Object.freeze(renameCleaned(trace, Object.fromEntries(fields) as Trace));
}
