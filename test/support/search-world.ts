import type { CompletionRequest } from "../../src/contracts/language-model.ts";
import type { OptimizationTask, Optimizer, SearchEnd } from "../../src/contracts/optimizer.ts";
import type { Example } from "../../src/core/data/example.ts";
import { messageText } from "../../src/core/prompt/message.ts";
import { createRandom } from "../../src/core/random.ts";
import type { Caps } from "../../src/run/budget/budget-reservations.ts";
import { labWorld, planOf } from "./lab-world.ts";

export interface SearchWorldOptions {
  readonly limits?: Partial<OptimizationTask["limits"]>;
  readonly caps?: Caps;
  readonly latencyMs?: () => number;
  readonly reflect?: (words: string, turn: number) => string;
  /** Called before each answer of the target, with the number of requests so far. */
  readonly onAnswer?: (asked: number) => void;
  /** Rules stated by the seed; rows that need no other are right from the start. */
  readonly statedBySeed?: readonly string[];
  readonly rowsPerPart?: number;
  /** Whether a rule used by a worked example in the prompt counts as stated. */
  readonly learnsFromExamples?: boolean;
  readonly maxPromptTokens?: number;
}

const rules = ["r1", "r2", "r3", "r4", "r5", "r6"];
export const allRules: readonly string[] = rules;

/**
 * The real lab with a target that is right if the prompt states every rule a case needs, and a reflector that
 * learns at most two rules from the failures shown.
 */
export function searchWorld(options: SearchWorldOptions = {}) {
  const rowsPerPart = options.rowsPerPart ?? 12;
  let answers = 0;
  let reflections = 0;
  const { maxPromptTokens } = options;
  const [prompt] = planOf().prompts;
  const world = labWorld({
    ...(maxPromptTokens === undefined || prompt === undefined
      ? {}
      : { plan: planOf({ prompts: [{ ...prompt, maxPromptTokens }] }) }),
    answer(request) {
      options.onAnswer?.(++answers);
      return answerByRules(wordsOf(request), options.learnsFromExamples ?? false);
    },
    reflect: (request) => (options.reflect ?? learnRules)(wordsOf(request), reflections++),
    ...(options.caps === undefined ? {} : { caps: options.caps }),
    ...(options.latencyMs === undefined ? {} : { latencyMs: options.latencyMs }),
  });
  const seed = world.draft(promptOf(options.statedBySeed ?? ["r1"]));
  const task: OptimizationTask = {
    objective: "Judge cases.",
    seed,
    train: rowsOf("train", rowsPerPart),
    validation: rowsOf("validation", rowsPerPart),
    limits: { candidatesPerStep: 3, maxSteps: 4, patience: 2, ...options.limits },
    contract: {
      variables: { p: ["text"] },
      locked: [],
      ...(maxPromptTokens === undefined ? {} : { maxPromptTokens }),
    },
  };
  return {
    ...world,
    task,
    /** Number of calls to both models. */
    get calls() {
      return world.target.asked.length + world.reflector.asked.length;
    },
    /** The end of the search, or the error it threw. */
    run: (optimizer: Optimizer): Promise<SearchEnd | { readonly error: unknown }> =>
      optimizer.optimize(task, world.lab).catch((error: unknown) => ({ error })),
    /** Mean on validation, as recorded by the runner; undefined unless measured on all rows. */
    validationOf(id: string): number | undefined {
      const { mean, rows } = world.outcomeStore.standing(id, task.validation);
      return rows === task.validation.length ? mean : undefined;
    },
  };
}

export function promptOf(stated: readonly string[], note = ""): string {
  return [
    `Judge the case.${note}`,
    ...stated.map((rule) => `- Rule ${rule}: mind it.`),
    "Case: {{text}}",
  ].join("\n");
}

/** A reply in the format that engines request. */
export function replyWith(text: string): string {
  return `Here it is.\n\n\`\`\`\`\n${text}\n\`\`\`\`\n`;
}

/** Keeps the stated rules and adds up to two from the failures shown. */
function learnRules(words: string): string {
  const stated = statedIn(words);
  const records = words.split(/^## Example /m).slice(1);
  const failing = records.filter((record) => !/^### Score\n\n1$/m.test(record));
  const missing = failing.flatMap(touchedIn).filter((rule) => !stated.has(rule));
  const learnt = [...new Set(missing)].slice(0, 2);
  return replyWith(promptOf([...stated, ...learnt]));
}

function rowsOf(part: string, count: number): readonly Example[] {
  const random = createRandom(part);
  return Array.from({ length: count }, (_, at) => {
    const touched = random.shuffle(rules).slice(0, 1 + random.integer(2));
    return {
      id: `${part}-${at}`,
      inputs: { text: `${part} ${at} touches ${touched.join(" and ")}.` },
      expected: "yes",
      expectations: {},
      tags: {},
      origin: { file: `${part}.jsonl`, line: at + 1 },
    };
  });
}

/** The last case is the one to judge; those before it are worked examples. */
function answerByRules(words: string, learnsFromExamples: boolean): string {
  const cases = casesIn(words);
  const shown = learnsFromExamples ? cases.slice(0, -1).flat() : [];
  const known = new Set([...statedIn(words), ...shown]);
  return (cases.at(-1) ?? []).every((rule) => known.has(rule)) ? "yes" : "no";
}

function statedIn(words: string): Set<string> {
  return new Set(Array.from(words.matchAll(/^- Rule (r\d+):/gm), ([, rule]) => String(rule)));
}

function touchedIn(words: string): string[] {
  return casesIn(words).flat();
}

/** The rules that each case needs, case by case. */
function casesIn(words: string): string[][] {
  return [...words.matchAll(/ touches (.*)\./g)].map(([, touched]) => touched?.match(/r\d+/g) ?? []);
}

function wordsOf({ messages }: CompletionRequest): string {
  return messages.map(messageText).join("\n");
}
