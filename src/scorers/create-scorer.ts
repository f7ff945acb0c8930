import { basename } from "node:path";
import type { ScorerPlugin } from "../contracts/plugin.ts";
import type { Scorer, ScorerSpec } from "../contracts/scorer.ts";
import type { Example } from "../core/data/example.ts";
import type { JsonObject } from "../core/data/json.ts";
import { type DaoOptError, isDaoOptError, PluginError } from "../core/errors.ts";
import type { Catalog } from "../plugins/catalog.ts";
import { isModulePath } from "../plugins/load-module.ts";
import { knownOptions, optionIssues } from "../plugins/option-issues.ts";
import { combineScorers, type NamedScorer } from "./combine.ts";
import { findExpectedAnswer } from "./expected-answer.ts";
import { guardScorer } from "./guard.ts";

const maxWords = 5;

/**
 * The default scorer: `exact_match` if every expected answer is short (one line, at most 5 words), else
 * `equivalence`, which rows with only expected facts also need.
 */
export function chooseDefaultScorer(examples: Iterable<Example>): "exact_match" | "equivalence" {
  let hasAnswer = false;
  for (const example of examples) {
    const expected = findExpectedAnswer(example);
    if (expected === undefined && (example.expectedFacts ?? []).length > 0) return "equivalence";
    if (expected === undefined) continue;
    if (!isShort(expected)) return "equivalence";
    hasAnswer = true;
  }
  return hasAnswer ? "exact_match" : "equivalence";
}

/** Whether a row has only expected facts, which its judge then looks for. */
export function hasFactsAlone(examples: Iterable<Example>): boolean {
  for (const example of examples)
    if (findExpectedAnswer(example) === undefined && (example.expectedFacts ?? []).length > 0) return true;
  return false;
}

function isShort(answer: string): boolean {
  const trimmed = answer.trim();
  return !/[\r\n\u2028\u2029]/.test(trimmed) && trimmed.split(/\s+/u).length <= maxWords;
}

/**
 * Creates one scorer from a config's list: loads each, validates its options and guards it; several are combined
 * into their weighted mean. `directory` is the config's folder. Rejects with the only mistake found, or with a
 * PluginError that lists all of them, one per line.
 */
export async function createScorer(
  specs: readonly ScorerSpec[],
  catalog: Pick<Catalog, "load">,
  directory: string,
): Promise<Scorer> {
  const made: NamedScorer[] = [];
  const mistakes: DaoOptError[] = [];
  const names = uniqueNames(specs);
  for (const [at, spec] of specs.entries()) {
    const name = names[at] as string;
    try {
      const plugin = await catalog.load("scorer", spec.use, directory);
      made.push({
        name,
        weight: spec.weight,
        scorer: guardScorer(name, make(plugin, name, spec, directory)),
      });
    } catch (mistake) {
      if (!isDaoOptError(mistake)) throw mistake;
      mistakes.push(mistake);
    }
  }
  if (mistakes.length === 0) return combineScorers(made);
  if (mistakes.length === 1) throw mistakes[0];
  const lines = mistakes.map(({ message, hint }) => (hint === undefined ? message : `${message}; ${hint}`));
  throw new PluginError(lines.join("\n"));
}

function make(plugin: ScorerPlugin, name: string, spec: ScorerSpec, directory: string): Scorer {
  const options = checkOptions(plugin, name, spec.options);
  let scorer: unknown;
  try {
    scorer = plugin.create(options as never, { directory });
  } catch (cause) {
    if (isDaoOptError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PluginError(`scorer ${name} could not be created: ${reason}`, { cause });
  }
  return readScorer(scorer, name);
}

/** A user's module may omit `judgeCalls` if it needs no judge. */
function readScorer(made: unknown, name: string): Scorer {
  const scorer = made as Partial<Scorer> | null | undefined;
  if (typeof scorer?.score !== "function") {
    throw new PluginError(`scorer ${name}: create() returned no object with a score() function`, {
      hint: "return { score: async ({ example, output }) => ({ value: 0…1 }) }",
    });
  }
  const { usual = 0, most = usual } = scorer.judgeCalls ?? {};
  return {
    score: (judgement) => (scorer as Scorer).score(judgement),
    judgeCalls: { usual, most: Math.max(usual, most) },
    ...(scorer.judgeOverheadTokens === undefined ? {} : { judgeOverheadTokens: scorer.judgeOverheadTokens }),
  };
}

/** Names for messages and parts: a module is named after its file, a second `contains` becomes `contains_2`. */
function uniqueNames(specs: readonly ScorerSpec[]): string[] {
  const taken = new Set<string>();
  return specs.map(({ use }) => {
    const plain = isModulePath(use) ? basename(use).replace(/\.[cm]?js$/, "") : use;
    let name = plain;
    for (let count = 2; taken.has(name); count++) name = `${plain}_${count}`;
    taken.add(name);
    return name;
  });
}

/**
 * Validates a scorer's options and fills in defaults. Throws PluginError that lists every mistake, one per line.
 */
function checkOptions(plugin: ScorerPlugin, name: string, given: JsonObject): unknown {
  const parsed = plugin.options.safeParse(given);
  if (parsed.success) return parsed.data;
  const known = knownOptions(plugin.options);
  const lines = optionIssues(plugin.options, parsed.error).map(({ path, message, hint }) => {
    const guess = hint === undefined ? "" : `; ${hint}`;
    return `scorer ${name}: ${["options", ...path].join(".")}: ${message}${guess}`;
  });
  throw new PluginError(lines.join("\n"), known.length === 0 ? {} : { hint: `options: ${known.join(", ")}` });
}
