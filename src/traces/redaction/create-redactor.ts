import type { JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { renameCleaned } from "../derived-name.ts";
import { findPersonalData, redactText } from "./redact-text.ts";
import { type PersonalDataKind, placeholders, type TextRules } from "./span.ts";
import { redactJson } from "./walk/redact-json.ts";

export interface RedactorOptions {
  /** Kinds of data to redact. Defaults to all. */
  readonly kinds?: readonly PersonalDataKind[];
}

/** Removes personal data and keys before storage. Every function throws if it cannot redact a value. */
export interface Redactor {
  /** Replaces each finding with a placeholder (`[EMAIL]`, `[NAME]` …). JSON text stays valid JSON. */
  text(value: string): string;
  /** A copy with all strings redacted, including object keys. */
  json(value: JsonValue): JsonValue;
  /** A copy of a trace with every field redacted. `traceId`, `parentId`, times and numbers stay. */
  trace(trace: Trace): Trace;
}

const allKinds = Object.keys(placeholders) as readonly PersonalDataKind[];

/**
 * Creates a redactor that works locally. Results are deterministic, and a second pass changes nothing.
 *
 * ```ts
 * createRedactor().text("Mail jane@example.com"); // "Mail [EMAIL]"
 * ```
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const kinds: ReadonlySet<PersonalDataKind> = new Set(options.kinds ?? allKinds);
  const rules: TextRules = {
    redact: (text, hint) => redactText(text, kinds, hint),
    find: (text) =>
      findPersonalData(text, kinds).map((span) => ({ ...span, placeholder: placeholders[span.kind] })),
  };
  return Object.freeze({
    text: (value: string) => redactJson(value, rules) as string,
    json: (value: JsonValue) => redactJson(value, rules),
    trace: (trace: Trace) => redactTrace(trace, rules),
  });
}

/**
 * The store finds traces and parents by these fields. All other fields are redacted, including future ones.
 */
const identity: ReadonlySet<string> = new Set(["traceId", "parentId"] satisfies (keyof Trace)[]);

function redactTrace(trace: Trace, rules: TextRules): Trace {
  const fields = Object.entries(trace)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => [field, identity.has(field) ? value : redactJson(value as JsonValue, rules)]);
  return Object.freeze(renameCleaned(trace, Object.fromEntries(fields) as Trace));
}
