import type { JsonValue } from "../../core/data/json.ts";
import { UsageError } from "../../core/errors.ts";
import { fillVariables } from "../../core/template/template-variables.ts";

/** Values of variables, looked up by the whole name (`a.b` is the key `a.b`). */
export type TemplateParams = Readonly<Record<string, unknown>>;

/** `\{` and `\}`, `{{name}}` with blanks allowed inside, `{name}` without. Other braces are plain text. */
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

/** Names in order of first use. A name that starts with a digit is one only where params hold it: `\d{3}` is none. */
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

/** Puts the values in, each once: what a value holds is never read as a template. */
export function renderText(text: string, params: TemplateParams): string {
  return replaceTokens(text, {
    literal: (words) => words,
    variable: (name, written) => (isVariable(name, params) ? valueText(params[name]) : written),
  });
}

/** A text that stands for itself in a template. */
export function escapeText(text: string): string {
  return text.replace(/[{}]/g, "\\$&");
}

/** Throws UsageError naming every variable that has no value; null and undefined are none. */
export function requireParams(names: readonly string[], params: TemplateParams): void {
  const missing = names.filter((name) => !Object.hasOwn(params, name) || isNothing(params[name]));
  if (missing.length === 0) return;
  const given = Object.keys(params);
  throw new UsageError(`missing variable${missing.length === 1 ? "" : "s"}: ${missing.join(", ")}`, {
    hint: given.length === 0 ? "no params were given" : `params given: ${given.join(", ")}`,
  });
}

/**
 * The same template in the syntax of the registry and of datasets, where `{{name}}` is a variable and nothing is
 * escaped. Undefined when it cannot be said there: an escaped `{{name}}`, a name with brackets.
 */
export function toRegistrySyntax(text: string, params: TemplateParams): string | undefined {
  const names = variablesOf(text, params);
  const said = replaceTokens(text, {
    literal: (words) => words,
    variable: (name, written) => (isVariable(name, params) ? `{{${name}}}` : written),
  });
  const probes = Object.fromEntries(names.map((name, at) => [name, `\u0000${at}\u0000`]));
  return fillVariables(said, probes) === renderText(text, probes) && !hasOthers(said, names)
    ? said
    : undefined;
}

/** Would a reader of the registry's syntax find variables that are none here? */
function hasOthers(said: string, names: readonly string[]): boolean {
  const emptied = fillVariables(said, Object.fromEntries(names.map((name) => [name, ""])));
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
