import type { JsonValue } from "../../core/data/json.ts";
import { UsageError } from "../../core/errors.ts";
import { fillVariables } from "../../core/template/template-variables.ts";

/** Values of variables, looked up by the whole name (`a.b` is the key `a.b`). */
export type TemplateParams = Readonly<Record<string, unknown>>;

/** `\{` and `\}`, `{{name}}` with optional spaces inside, `{name}` without. Other braces are plain text. */
const token = /\\([{}])|\{\{\s*([\w][\w.[\]-]*)\s*\}\}|\{([\w][\w.[\]-]*)\}/g;

interface Reader {
  literal(text: string): string;
  variable(name: string, written: string): string;
}

function replaceTokens(text: string, { literal, variable }: Reader): string {
  let result = "";
  let at = 0;
  for (const match of text.matchAll(token)) {
    const [written, brace, double, single] = match;
    result += literal(text.slice(at, match.index));
    result += brace === undefined ? variable(double ?? single ?? "", written) : literal(brace);
    at = match.index + written.length;
  }
  return result + literal(text.slice(at));
}

/**
 * Variable names in order of first use. A name that starts with a digit counts only if the params contain it:
 * `\d{3}` is not a variable.
 */
export function variablesOf(text: string, params: TemplateParams): readonly string[] {
  const names = new Set<string>();
  replaceTokens(text, {
    literal: () => "",
    variable(name) {
      if (isVariable(name, params)) names.add(name);
      return "";
    },
  });
  return [...names];
}

/** Fills in the values once: values are never read as templates. */
export function renderText(text: string, params: TemplateParams): string {
  return replaceTokens(text, {
    literal: (words) => words,
    variable: (name, written) => (isVariable(name, params) ? valueText(params[name]) : written),
  });
}

/** Escapes a text for literal use in a template. */
export function escapeText(text: string): string {
  return text.replace(/[{}]/g, "\\$&");
}

/** Throws UsageError that names every variable without a value; null and undefined do not count as values. */
export function requireParams(names: readonly string[], params: TemplateParams): void {
  const missing = names.filter((name) => !Object.hasOwn(params, name) || isNothing(params[name]));
  if (missing.length === 0) return;
  const given = Object.keys(params);
  throw new UsageError(`missing variable${missing.length === 1 ? "" : "s"}: ${missing.join(", ")}`, {
    hint: given.length === 0 ? "no params were given" : `params given: ${given.join(", ")}`,
  });
}

/**
 * Converts a template to the syntax of the registry and of datasets, where `{{name}}` is a variable and nothing
 * is escaped. Undefined if that syntax cannot express it: an escaped `{{name}}`, a name with brackets.
 */
export function toRegistrySyntax(text: string, params: TemplateParams): string | undefined {
  const names = variablesOf(text, params);
  const converted = replaceTokens(text, {
    literal: (words) => words,
    variable: (name, written) => (isVariable(name, params) ? `{{${name}}}` : written),
  });
  const probes = Object.fromEntries(names.map((name, at) => [name, `\u0000${at}\u0000`]));
  return fillVariables(converted, probes) === renderText(text, probes) && !hasOthers(converted, names)
    ? converted
    : undefined;
}

/** Whether a reader of the registry's syntax would find additional variables. */
function hasOthers(converted: string, names: readonly string[]): boolean {
  const emptied = fillVariables(converted, Object.fromEntries(names.map((name) => [name, ""])));
  return /\{\{\s*[A-Za-z_][\w.-]*\s*\}\}/.test(emptied);
}

function isVariable(name: string, params: TemplateParams): boolean {
  return !/^\d/.test(name) || Object.hasOwn(params, name);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value as JsonValue) ?? String(value));
}
