import { isDaoOptError } from "../errors.ts";
import { templateVariables } from "../template/template.ts";
import { estimateTokens } from "../usage.ts";
import { type PromptTexts, textsOf } from "./candidate.ts";
import type { Prompt, TemplateLanguage } from "./prompt.ts";

/** The requirements of a prompt on every candidate. Its template is the seed to compare with. */
export interface ContractPrompt
  extends Pick<Prompt, "template" | "templateLanguage" | "locked" | "maxPromptTokens"> {
  readonly key: string;
}

/**
 * Lists the contract violations of a candidate's texts, readable for reflection models and people. Empty if the
 * candidate has the same texts, none empty, each with its variables and locked spans, within the token cap, and
 * all parse as templates.
 */
export function checkContract(prompts: readonly ContractPrompt[], texts: PromptTexts): readonly string[] {
  const names = new Set(Object.keys(textsOf(prompts)));
  const extra = Object.keys(texts).filter((name) => !names.has(name));
  return Object.freeze([
    ...extra.map((name) => `there is no text named "${name}": only ${quoted([...names])}`),
    ...prompts.flatMap((prompt) => promptProblems(prompt, texts)),
  ]);
}

/** Estimated tokens of all texts together. */
export function promptTokensOf(texts: PromptTexts): number {
  return Object.values(texts).reduce((sum, text) => sum + estimateTokens(text), 0);
}

function promptProblems(prompt: ContractPrompt, texts: PromptTexts): readonly string[] {
  const seeds = Object.entries(textsOf([prompt]));
  const given = seeds.flatMap(([name]) => (Object.hasOwn(texts, name) ? [[name, texts[name] ?? ""]] : []));
  return [
    ...seeds.flatMap(([name, seed]) =>
      Object.hasOwn(texts, name)
        ? textProblems(prompt, name, seed, texts[name] ?? "")
        : [`the text "${name}" is missing`],
    ),
    ...lengthProblems(prompt, Object.fromEntries(given)),
  ];
}

function textProblems(prompt: ContractPrompt, name: string, seed: string, text: string): readonly string[] {
  if (text.trim() === "" && seed.trim() !== "") return [`the text "${name}" is empty`];
  return [
    ...variableProblems(prompt.templateLanguage, name, seed, text),
    ...prompt.locked
      .filter((span) => seed.includes(span) && !text.includes(span))
      .map(
        (span) => `the text "${name}" no longer holds this span, which must stay word for word: "${span}"`,
      ),
  ];
}

function variableProblems(language: TemplateLanguage, name: string, seed: string, text: string) {
  const [had, has] = [readVariables(seed, language), readVariables(text, language)];
  if (typeof had === "string") return [`the text "${name}" of the present prompt is broken: ${had}`];
  if (typeof has === "string") return [`the text "${name}" is broken: ${has}`];
  const lost = had.filter((variable) => !has.includes(variable));
  const invented = has.filter((variable) => !had.includes(variable));
  const allowed = had.length === 0 ? "it has none" : `it has only ${braced(had)}`;
  return [
    ...(lost.length === 0 ? [] : [`the text "${name}" lost ${variablesNamed(lost)}, which must stay in it`]),
    ...(invented.length === 0
      ? []
      : [`the text "${name}" uses ${variablesNamed(invented)}, which it never had: ${allowed}`]),
  ];
}

function readVariables(text: string, language: TemplateLanguage): readonly string[] | string {
  try {
    return templateVariables(text, language);
  } catch (error) {
    if (isDaoOptError(error)) return error.message;
    throw error;
  }
}

function lengthProblems({ key, maxPromptTokens }: ContractPrompt, texts: PromptTexts): readonly string[] {
  const tokens = promptTokensOf(texts);
  if (maxPromptTokens === undefined || tokens <= maxPromptTokens) return [];
  return [`the prompt "${key}" takes about ${tokens} tokens, more than the ${maxPromptTokens} allowed`];
}

function variablesNamed(names: readonly string[]): string {
  return `the variable${names.length === 1 ? "" : "s"} ${braced(names)}`;
}

function braced(names: readonly string[]): string {
  return names.map((name) => `{{${name}}}`).join(", ");
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
