import { canonicalJson } from "../../core/data/digest.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Template } from "../../core/prompt/prompt.ts";
import { templateVariables } from "../../core/template/template.ts";
import { createUnrenderer } from "../unrender/create-unrenderer.ts";
import { type CallShape, callShape } from "./call-shape.ts";
import { clusterCalls } from "./cluster-calls.ts";
import { nameTemplates } from "./name-variables.ts";
import { proposeTemplate } from "./propose-template.ts";
import { createTokenTable } from "./token-table.ts";

interface InferredVariable {
  readonly name: string;
  readonly distinct: number;
  /** Up to five, shortened. */
  readonly examples: readonly string[];
}

/** A template that probably produced many calls. */
interface InferredTemplate {
  readonly name: string;
  readonly template: Template;
  /** Number of calls that it reproduces exactly. */
  readonly calls: number;
  readonly variables: readonly InferredVariable[];
}

export interface InferredTemplates {
  /** Most calls first. */
  readonly templates: readonly InferredTemplate[];
  readonly calls: number;
  /** Number of calls that no proposed template reproduces, or that several do. */
  readonly unexplained: number;
}

/** A recorded call. */
export interface InferredCall {
  readonly messages: readonly ChatMessage[];
  /** Name given by the application. Calls with different names have different templates. */
  readonly name?: string | undefined;
}

const shownExamples = 5;
const shownCharacters = 80;
const leastExact = 3;

/**
 * Infers the templates of calls. Calls are grouped by common words; what a group shares becomes the template,
 * what differs becomes its variables. Every proposal is verified: only calls that it reproduces exactly
 * count.
 */
export function inferTemplates(calls: readonly InferredCall[]): InferredTemplates {
  const table = createTokenTable();
  const groups = new Map<string, Map<string, CallShape>>();
  for (const { messages, name } of calls) {
    const shape = callShape(messages, name, table);
    if (shape === undefined) continue;
    const group = groups.get(shape.group) ?? new Map<string, CallShape>();
    groups.set(shape.group, group);
    // Repeated calls add no information.
    group.set(canonicalJson([shape.texts, shape.history]), shape);
  }
  const proposed = [...groups.values()]
    .flatMap((group) => clusterCalls([...group.values()], table))
    .map((cluster) => proposeTemplate(cluster, table))
    .filter((template) => template !== undefined);
  const distinct = [...new Map(proposed.map((template) => [canonicalJson(template), template])).values()];
  return measure(distinct, calls);
}

interface Tally {
  calls: number;
  readonly values: Map<string, Set<string>>;
}

function measure(templates: readonly Template[], calls: readonly InferredCall[]): InferredTemplates {
  const known = templates.map((template, index) => ({
    path: String(index),
    template,
    language: "default" as const,
  }));
  const unrenderer = createUnrenderer(known);
  const tallies = known.map((): Tally => ({ calls: 0, values: new Map() }));
  for (const { messages } of calls) {
    const found = unrenderer.unrender(messages);
    const tally = found.kind === "exact" ? tallies[Number(found.known.path)] : undefined;
    if (found.kind !== "exact" || tally === undefined) continue;
    tally.calls++;
    for (const [name, value] of Object.entries(found.inputs)) {
      const values = tally.values.get(name) ?? new Set<string>();
      tally.values.set(name, values);
      values.add(typeof value === "string" ? value : JSON.stringify(value));
    }
  }
  const kept = templates
    .map((template, index) => ({ template, tally: tallies[index] as Tally }))
    .filter(({ tally }) => tally.calls >= leastExact)
    .toSorted((one, other) => other.tally.calls - one.tally.calls);
  const names = nameTemplates(kept.map(({ template }) => template));
  return {
    templates: kept.map(({ template, tally }, index) => ({
      name: names[index] ?? `template_${index + 1}`,
      template,
      calls: tally.calls,
      variables: templateVariables(template, "default").map((name) => variableOf(name, tally)),
    })),
    calls: calls.length,
    unexplained: calls.length - kept.reduce((sum, { tally }) => sum + tally.calls, 0),
  };
}

function variableOf(name: string, { values }: Tally): InferredVariable {
  const all = [...(values.get(name) ?? [])];
  const examples = all
    .slice(0, shownExamples)
    .map((text) => (text.length > shownCharacters ? `${text.slice(0, shownCharacters - 1)}…` : text));
  return { name, distinct: all.length, examples };
}
