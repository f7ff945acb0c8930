import type {
  OptimizationRecord,
  OptimizationStatus,
  RunRecord,
  TestScores,
} from "../../src/contracts/run-record.ts";
import { noSpend } from "../../src/core/usage.ts";
import { planOf } from "./lab-world.ts";

const test: TestScores = {
  base: 0.5,
  optimized: 0.9,
  difference: 0.4,
  interval: [0.2, 0.6],
  confidence: 0.95,
  pValue: 0.001,
  method: "mcnemar-newcombe",
  rows: 50,
  rowsFailed: 0,
};

/** A record of one optimization of the prompt main/p, with a better candidate. */
export function optimizationRecord(
  options: {
    readonly status?: OptimizationStatus;
    readonly name?: string;
    readonly best?: string;
    readonly deployTo?: string;
    readonly over?: Partial<OptimizationRecord>;
  } = {},
): OptimizationRecord {
  const { status = "improved", name = "x", best = "Better: {{text}}", deployTo } = options;
  const prompt = {
    key: "p",
    path: "main/p",
    template: "Base: {{text}}",
    templateLanguage: "default",
    baseVersion: null,
    locked: [],
    tags: {},
  } as const;
  const spend = {
    calls: 10,
    cachedCalls: 2,
    lostCalls: 0,
    retries: 0,
    isEstimated: false,
    inputTokens: 1000,
    outputTokens: 100,
    usd: null,
  };
  return {
    name,
    plan: planOf({
      name,
      prompts: [prompt],
      optimizer: { use: "gepa", options: {}, candidatesPerStep: 5, maxSteps: 3, patience: 3 },
      ...(deployTo === undefined ? {} : { deployTo }),
    }),
    status,
    reason: "the reason",
    advice: [],
    prompts: [
      {
        key: "p",
        path: "main/p",
        base: { version: null, uri: null, template: prompt.template },
        optimized: null,
        best: { template: best, validation: 0.9 },
      },
    ],
    scores: { validation: { base: 0.5, optimized: 0.9, rows: 30 }, test },
    isUnsplit: false,
    isOffline: false,
    usage: { target: spend, reflection: noSpend, judge: noSpend, source: noSpend, total: spend },
    answers: { empty: 0, refusal: 0, cutOff: 0, filtered: 0, failed: 0 },
    stopped: "max_steps",
    steps: 3,
    candidates: [],
    reflectionFailures: 0,
    rows: [],
    seconds: 12.34,
    deployedTo: null,
    error: null,
    ...options.over,
  };
}

export function runRecord(optimizations: readonly OptimizationRecord[]): RunRecord {
  return {
    format: 1,
    run: "r_1",
    config: "config.yaml",
    planDigest: "d",
    status: "completed",
    exitCode: 0,
    startedAt: "2026-01-02T03:04:05.678Z",
    seconds: 12.34,
    tool: { name: "dao-opt", version: "0.1.0" },
    optimizations,
  };
}
