import type { OptimizationTask, Outcome } from "../../../src/contracts/optimizer.ts";
import type { Example } from "../../../src/core/data/example.ts";
import { BudgetError } from "../../../src/core/errors.ts";
import { messageText } from "../../../src/core/prompt/message.ts";
import { searchByReflection } from "../../../src/optimizers/gepa/gepa.ts";
import { type GepaOptions, gepaOptions } from "../../../src/optimizers/gepa/options.ts";
import { createSimulatedLab } from "../../support/simulated-lab.ts";
import { trueAccuracy } from "./accuracy.ts";
import { answerRequest, reflect } from "./models.ts";
import { seedPrompt, type WorldPart, worldRows } from "./rows.ts";
import { placeholder, requestText, rightAnswer } from "./sentences.ts";
import { createVirtualClock, type Pace } from "./virtual-clock.ts";
import type { WorldSpec } from "./world-spec.ts";

/** A search of the engine `gepa` without a network, a run folder or real time. */
export interface InMemorySearch {
  readonly world: WorldSpec;
  readonly seed: number;
  readonly calls: number;
  readonly options?: Partial<GepaOptions>;
  readonly limits?: Partial<OptimizationTask["limits"]>;
  /** Without it, answers arrive at once. */
  readonly pace?: Pace;
}

export interface InMemoryResult {
  /** True accuracy of the winner, noise left out. */
  readonly accuracy: number;
  readonly rollouts: number;
  readonly reflections: number;
  /** Steps begun. */
  readonly steps: number;
  /** Wall time and sum of the times of all calls; 0 without a pace. */
  readonly ms: number;
  readonly sumMs: number;
}

export async function searchInMemory(search: InMemorySearch): Promise<InMemoryResult> {
  const { world, seed, calls, limits, options, pace } = search;
  const clock = pace === undefined ? undefined : createVirtualClock(pace);
  const lab = createSimulatedLab({
    seed: { answer: seedPrompt(world) },
    randomSeed: seed,
    calls,
    contract: ({ answer = "" }) => (answer.includes(placeholder) ? [] : [`the text lost ${placeholder}`]),
    rollout: ({ answer = "" }, example, repeat) => answerTo(world, seed, answer, example, repeat),
    reflector(request, repeat) {
      const messages = request.messages.map((one) => ({ role: one.role, text: messageText(one) }));
      return { text: reflect(world, seed, { messages, repeat }), isCutOff: false };
    },
    ...(clock === undefined ? {} : { clock }),
  });
  const validation = examplesOf(world, seed, "validation");
  await lab.evaluate(lab.seed, validation);
  const task: OptimizationTask = {
    objective: "Answer requests.",
    seed: lab.seed,
    train: examplesOf(world, seed, "train"),
    validation,
    limits: { candidatesPerStep: 5, maxSteps: Number.POSITIVE_INFINITY, patience: 3, ...limits },
    contract: { variables: { answer: ["request"] }, locked: [] },
  };
  await searchByReflection(task, lab, gepaOptions.parse(options ?? {})).catch((error: unknown) => {
    if (!(error instanceof BudgetError)) throw error;
  });
  return {
    accuracy: trueAccuracy(world, seed, lab.winner(validation).texts["answer"] ?? "").clean,
    ...lab.calls,
    steps: lab.events.filter(({ type }) => type === "step-started").length,
    ms: clock?.now ?? 0,
    sumMs: clock?.sumMs ?? 0,
  };
}

function answerTo(
  world: WorldSpec,
  seed: number,
  prompt: string,
  { inputs, expected = "" }: Example,
  repeat: number,
): Omit<Outcome, "example"> {
  const text = prompt.replace(placeholder, String(inputs["request"]));
  const output = answerRequest(world, seed, { messages: [{ role: "user", text }], repeat }).text;
  return output === expected
    ? { output, score: { value: 1 } }
    : { output, score: { value: 0, feedback: `expected "${expected}"` } };
}

function examplesOf(world: WorldSpec, seed: number, part: WorldPart): readonly Example[] {
  return worldRows(world, seed, part).map((row, at) => ({
    id: row.id,
    inputs: { request: requestText(row) },
    expected: rightAnswer(row),
    expectations: {},
    tags: {},
    origin: { file: `${part}.jsonl`, line: at + 1 },
  }));
}
