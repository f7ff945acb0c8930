import type { TemplateLanguage } from "../prompt/prompt.ts";
import type { JinjaNode } from "./jinja-names.ts";
import { parseJinja } from "./jinja-template.ts";
import { piecesOf, type TextPiece } from "./template-variables.ts";

type Node = JinjaNode & Readonly<Record<string, unknown>>;

/** More forms than a reader could distinguish; every `if` doubles them. */
const maxForms = 64;
const nothing: TemplateForm = { pieces: [], conditions: [] };

/** Every form that a jinja text may take; undefined if it does more than print and test variables. */
function jinjaForms(text: string): readonly TemplateForm[] | undefined {
  return formsOfBody(listOf((parseJinja(text) as Node)["body"]));
}

function formsOfBody(body: readonly Node[]): readonly TemplateForm[] | undefined {
  let forms: readonly TemplateForm[] = [nothing];
  for (const node of body) {
    const next = formsOf(node);
    if (next === undefined) return undefined;
    forms = forms.flatMap((before) => next.flatMap((after) => join(before, after) ?? []));
    if (forms.length > maxForms) return undefined;
  }
  return forms;
}

function formsOf(node: Node): readonly TemplateForm[] | undefined {
  if (node.type === "StringLiteral") return [{ pieces: [String(node["value"])], conditions: [] }];
  if (node.type === "Comment") return [nothing];
  if (node.type === "If") return formsOfIf(node);
  const variable = dottedName(node);
  return variable === undefined ? undefined : [{ pieces: [{ variable }], conditions: [] }];
}

function formsOfIf(node: Node): readonly TemplateForm[] | undefined {
  const condition = conditionOf(node["test"] as Node);
  const then = formsOfBody(listOf(node["body"]));
  const otherwise = formsOfBody(listOf(node["alternate"]));
  if (condition === undefined || then === undefined || otherwise === undefined) return undefined;
  const asked = (forms: readonly TemplateForm[], holds: boolean) =>
    forms.flatMap((form) => join({ pieces: [], conditions: [{ ...condition, holds }] }, form) ?? []);
  return [...asked(then, condition.holds), ...asked(otherwise, !condition.holds)];
}

/** `x`, `x is defined`, and `not` before either. */
function conditionOf(test: Node): FormCondition | undefined {
  if (test.type === "UnaryExpression" && operatorOf(test) === "not") {
    const inner = conditionOf(test["argument"] as Node);
    return inner === undefined ? undefined : { ...inner, holds: !inner.holds };
  }
  if (test.type === "TestExpression" && dottedName(test["test"] as Node) === "defined") {
    const variable = dottedName(test["operand"] as Node);
    const isNegated = test["negate"] === true;
    return variable === undefined ? undefined : { variable, asks: "defined", holds: !isNegated };
  }
  const variable = dottedName(test);
  return variable === undefined ? undefined : { variable, asks: "truthy", holds: true };
}

/** Undefined if the two forms exclude each other. */
function join(before: TemplateForm, after: TemplateForm): TemplateForm | undefined {
  const isExcluded = after.conditions.some((one) =>
    before.conditions.some(
      (other) => other.variable === one.variable && other.asks === one.asks && other.holds !== one.holds,
    ),
  );
  if (isExcluded) return undefined;
  return {
    pieces: [...before.pieces, ...after.pieces],
    conditions: [...before.conditions, ...after.conditions],
  };
}

function dottedName(node: Node): string | undefined {
  if (node.type === "Identifier") return String(node["value"]);
  if (node.type !== "MemberExpression" || node["computed"] === true) return undefined;
  const object = dottedName(node["object"] as Node);
  const property = dottedName(node["property"] as Node);
  return object === undefined || property === undefined ? undefined : `${object}.${property}`;
}

function operatorOf(node: Node): string {
  return String((node["operator"] as { readonly value?: unknown } | undefined)?.value);
}

function listOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value : [];
}

/**
 * Every form that a text may take, as literal text and variables. A dotted jinja name (`user.name`) is one
 * variable. Undefined if the text has loops, filters, comparisons or `set`. Throws UsageError if the jinja
 * syntax is broken.
 */
export function templateForms(text: string, language: TemplateLanguage): readonly TemplateForm[] | undefined {
  return language === "jinja" ? jinjaForms(text) : [{ pieces: piecesOf(text), conditions: [] }];
}

/** What a form implies about a variable, besides the text it stands for. */
export interface FormCondition {
  readonly variable: string;
  /** Whether the template tests if the variable is defined, or if it is neither empty nor false. */
  readonly asks: "defined" | "truthy";
  readonly holds: boolean;
}

/** One form of a text; `{% if %}` creates several. */
interface TemplateForm {
  readonly pieces: readonly TextPiece[];
  readonly conditions: readonly FormCondition[];
}
