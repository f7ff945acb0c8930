import { setTimeout as wait } from "node:timers/promises";
import type { Completion, CompletionRequest, LanguageModel } from "../../src/contracts/language-model.ts";
import type { ModelSpec } from "../../src/contracts/model-spec.ts";
import type { OptimizationPlan } from "../../src/contracts/run-plan.ts";
import type { Scorer } from "../../src/contracts/scorer.ts";
import type { Example } from "../../src/core/data/example.ts";
import { messageText } from "../../src/core/prompt/message.ts";
import { createRandom } from "../../src/core/random.ts";
import { type Caps, createBudgetReservations } from "../../src/run/budget/budget-reservations.ts";
import { createErrorWatch } from "../../src/run/lab/error-watch.ts";
import type { EvaluationContext } from "../../src/run/lab/evaluation-context.ts";
import { createLab } from "../../src/run/lab/lab.ts";
import { createMeter } from "../../src/run/lab/meter.ts";
import { createOutcomeStore } from "../../src/run/lab/outcome-store.ts";

export function modelSpec(over: Partial<ModelSpec> = {}): ModelSpec {
  return {
    key: "small",
    name: "small",
    provider: "test",
    parameters: { maxTokens: 10 },
    limits: {},
    timeoutMs: 1000,
    retries: 0,
    fallbacks: [],
    ...over,
  };
}

export function rows(count: number): Example[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `row-${at}`,
    inputs: { text: `text ${at}` },
    expected: "yes",
    expectations: {},
    tags: {},
    origin: { file: "rows.jsonl", line: at + 1 },
  }));
}

export function planOf(over: Partial<OptimizationPlan> = {}): OptimizationPlan {
  return {
    name: "x",
    prompts: [
      {
        key: "p",
        path: "p",
        template: "Say yes to {{text}}",
        templateLanguage: "default",
        baseVersion: null,
        locked: [],
        tags: {},
      },
    ],
    agent: { key: "a", tools: [] },
    models: { target: "small", reflection: "small", judge: "small" },
    reflectionTemperature: 0,
    optimizer: { use: "test", options: {}, candidatesPerStep: 2, maxSteps: 2, patience: 2 },
    scorers: [{ use: "exact_match", options: {}, weight: 1 }],
    isDefaultScorer: false,
    data: {
      name: "d",
      digest: "0",
      rows: 10,
      split: { seed: 1, isGiven: false },
      parts: { train: 4, validation: 3, test: 3 },
    },
    budget: {},
    gate: { mode: "better", minGain: 0, margin: 0, confidence: 0.95 },
    objectives: { quality: 1, promptTokens: 0 },
    select: { kind: "best" },
    maxErrorRate: 0.2,
    seed: 1,
    ...over,
  };
}

/** A model that answers by rule after a delay and records its requests. */
function ruleModel(
  answer: (request: CompletionRequest) => string,
  latencyMs: () => number = () => 0,
): { model: LanguageModel; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    model: {
      provider: "test",
      modelId: "small",
      async complete(request): Promise<Completion> {
        asked.push(request.messages.map(messageText).join("\n"));
        await wait(latencyMs());
        const text = answer(request);
        return {
          text,
          toolCalls: [],
          finishReason: "stop",
          usage: { inputTokens: 10, outputTokens: 2 },
          latencyMs: 1,
        };
      },
    },
  };
}

const matches: Scorer = {
  judgeCalls: { usual: 0, most: 0 },
  score: async ({ example, output }) => ({ value: output === example.expected ? 1 : 0 }),
};

/** A lab over rule-based models, with everything a test may inspect. */
export function labWorld(options: {
  readonly answer?: (request: CompletionRequest) => string;
  readonly reflect?: (request: CompletionRequest) => string;
  readonly latencyMs?: () => number;
  readonly caps?: Caps;
  readonly scorer?: Scorer;
  readonly maxErrorRate?: number;
  readonly plan?: OptimizationPlan;
}) {
  const plan = options.plan ?? planOf();
  const spec = modelSpec();
  const target = ruleModel(options.answer ?? (() => "yes"), options.latencyMs);
  const reflector = ruleModel(options.reflect ?? (() => "a reply"), options.latencyMs);
  const controller = new AbortController();
  const meter = createMeter();
  const outcomeStore = createOutcomeStore();
  const reservations = createBudgetReservations(options.caps ?? {});
  const evaluation: EvaluationContext = {
    plan,
    target: { modelChain: [spec], model: target.model },
    judge: { modelChain: [spec], model: reflector.model },
    scorer: options.scorer ?? matches,
    meter,
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
  };
  const events: unknown[] = [];
  const lab = createLab({
    evaluation,
    reflection: { modelChain: [spec], model: reflector.model },
    outcomeStore,
    reservations,
    errorWatch: createErrorWatch(options.maxErrorRate ?? 0.2, () => {}),
    random: createRandom(1),
    emit: (event) => events.push(event),
  });
  const draft = (text: string) => {
    const drafted = lab.draft({ p: text }, []);
    if (!drafted.accepted) throw new Error(drafted.problems.join("; "));
    return drafted.candidate;
  };
  return { lab, draft, target, reflector, meter, outcomeStore, reservations, events, controller };
}
