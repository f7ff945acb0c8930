import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { StopReason } from "../../contracts/run-record.ts";

/** How a search ended, and what became of its replies. */
interface SearchEnd {
  readonly stopped: StopReason | null;
  readonly steps: number;
  /** Reflections requested, and unusable replies by cause. */
  readonly asked: number;
  readonly refused: Readonly<Record<string, number>>;
  /** The base's mean over the validation rows. */
  readonly baseMean: number;
}

/** Fewer replies say little about the reflection model. */
const fewestReplies = 5;
const largeShare = 0.5;
const fewRows = 20;
const fullScore = 1;

const budgetKeys: Readonly<Partial<Record<StopReason, "calls" | "usd" | "tokens" | "minutes">>> = {
  budget_calls: "calls",
  budget_usd: "usd",
  budget_tokens: "tokens",
  budget_minutes: "minutes",
};

/** What this search lacked: budget, new texts, room above the base, rows. Most useful first; empty if nothing. */
export function searchAdvice(plan: OptimizationPlan, end: SearchEnd): readonly string[] {
  return [...budgetLines(plan, end), ...replyLines(plan, end), ...roomLines(plan, end)];
}

function budgetLines({ budget, optimizer }: OptimizationPlan, { stopped, steps }: SearchEnd): string[] {
  const key = stopped === null ? undefined : budgetKeys[stopped];
  const cap = key === undefined ? undefined : budget[key];
  if (key === undefined || cap === undefined) return [];
  const { maxSteps } = optimizer;
  const done = maxSteps === null ? `after step ${steps}` : `after step ${steps} of ${maxSteps}`;
  return [`the budget ended the search ${done}: raise \`budget: { ${key}: ${cap} }\``];
}

/** The causes that another choice of the user removes, and what to choose. */
const cures: readonly (readonly [causes: readonly string[], what: string, cure: string])[] = [
  [
    ["unchanged", "same_text"],
    "repeated a known text",
    "name another reflection_model than `MODEL`, or add rows that show what is missing",
  ],
  [["cut_off", "open_fence"], "were cut off", "raise `max_tokens` of reflection model `MODEL`"],
  [
    ["contract"],
    "broke the prompt's contract",
    "name a stronger reflection_model than `MODEL`, or lock less of the prompt",
  ],
  [
    ["no_fence", "many_fences", "empty"],
    "had no usable block of text",
    "name a stronger reflection_model than `MODEL`",
  ],
];

function replyLines({ models }: OptimizationPlan, { asked, refused }: SearchEnd): string[] {
  if (asked < fewestReplies) return [];
  return cures.flatMap(([causes, what, cure]) => {
    const count = causes.reduce((sum, cause) => sum + (refused[cause] ?? 0), 0);
    if (count < asked * largeShare) return [];
    return [`${count} of ${asked} rewrites ${what}: ${cure.replace("MODEL", models.reflection)}`];
  });
}

function roomLines({ data }: OptimizationPlan, { baseMean }: SearchEnd): string[] {
  const { validation } = data.parts;
  const missing = (fullScore - baseMean) * validation;
  if (missing < fullScore)
    return [`the base misses less than one of ${validation} validation rows: add rows that it gets wrong`];
  if (validation >= fewRows) return [];
  return [
    `only ${validation} validation rows chose the winner: add rows, or raise the split's validation share`,
  ];
}
