import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { cutEnd } from "../text/quote.ts";
import { parseJsonAnswer } from "./parse-json-answer.ts";
import { isSameValue, type Leniency } from "./same-value.ts";

/** Share of the arguments of a tool call that are right (all, when none are expected), and what is wrong. */
export function compareArguments(
  expected: JsonObject | undefined,
  written: string,
  leniency: Leniency & { readonly areExtrasWrong: boolean },
): { share: number; problems: readonly string[] } {
  if (expected === undefined) return { share: 1, problems: [] };
  const parsed = parseJsonAnswer(written.trim() === "" ? "{}" : written, false);
  if (!parsed.ok || !isJsonObject(parsed.value)) {
    return { share: 0, problems: [`the arguments are no JSON object: ${cutEnd(written, 80)}`] };
  }
  const got = parsed.value;
  const extra = leniency.areExtrasWrong
    ? Object.keys(got).filter((key) => !Object.hasOwn(expected, key))
    : [];
  const isIdle = (key: string) => isSameValue(own(got, key), undefined, leniency);
  const names = [...Object.keys(expected), ...extra.filter((key) => !isIdle(key))];
  const wrong = names.filter((name) => !isSameValue(own(got, name), own(expected, name), leniency));
  const share = names.length === 0 ? 1 : (names.length - wrong.length) / names.length;
  return { share, problems: wrong.map((name) => describe(name, own(expected, name), own(got, name))) };
}

function own(values: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function describe(name: string, expected: JsonValue | undefined, got: JsonValue | undefined): string {
  const show = (value: JsonValue) => cutEnd(JSON.stringify(value), 80);
  if (expected === undefined) return `argument ${name} is not wanted, got ${show(got as JsonValue)}`;
  if (got === undefined) return `argument ${name} is missing, expected ${show(expected)}`;
  return `argument ${name}: expected ${show(expected)}, got ${show(got)}`;
}
