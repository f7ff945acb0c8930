import { expect, test } from "vitest";
import type { OptimizationTask, Outcome } from "../../../src/contracts/optimizer.ts";
import type { Example } from "../../../src/core/data/example.ts";
import { BudgetError } from "../../../src/core/errors.ts";
import { messageText } from "../../../src/core/prompt/message.ts";
import { searchByReflection } from "../../../src/optimizers/gepa/gepa.ts";
import { gepaOptions } from "../../../src/optimizers/gepa/options.ts";
import { trueAccuracy } from "../../bench/worlds/accuracy.ts";
import { answerRequest, reflect } from "../../bench/worlds/models.ts";
import { seedPrompt, type WorldPart, worldRows } from "../../bench/worlds/rows.ts";
import { placeholder, requestText, rightAnswer } from "../../bench/worlds/sentences.ts";
import { type WorldSpec, worldNamed } from "../../bench/worlds/world-spec.ts";
import { createSimulatedLab } from "../../support/simulated-lab.ts";

// The worlds of test/bench without a network and without noise: the true quality of the prompts that searches
// return. The bounds are slightly below the reached values, so that a change of wording passes and a
// regression fails.
const seeds = Array.from({ length: 20 }, (_, seed) => seed);
const byBudget: Partial<OptimizationTask["limits"]> = {};
const threeSteps = { maxSteps: 3 };

test.each([
  ["reference", 300, byBudget, 0.85],
  ["reference", 400, byBudget, 0.9],
  ["reference", 1000, byBudget, 0.94],
  ["noisy", 1000, byBudget, 0.91],
  ["slow", 1000, byBudget, 0.8],
  ["false", 1000, byBudget, 0.88],
  ["mature", 1000, byBudget, 0.91],
  ["reference", Number.POSITIVE_INFINITY, threeSteps, 0.88],
  ["noisy", Number.POSITIVE_INFINITY, threeSteps, 0.86],
] as const)("world %s, %d calls, %o: true accuracy of at least %d", async (name, calls, limits, bound) => {
  const found = await Promise.all(seeds.map((seed) => searchWorld(worldNamed(name), seed, calls, limits)));
  const mean = found.reduce((sum, accuracy) => sum + accuracy, 0) / seeds.length;
  expect(mean).toBeGreaterThanOrEqual(bound);
});

async function searchWorld(
  world: WorldSpec,
  seed: number,
  calls: number,
  limits: Partial<OptimizationTask["limits"]>,
): Promise<number> {
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
  await searchByReflection(task, lab, gepaOptions.parse({})).catch((error: unknown) => {
    if (!(error instanceof BudgetError)) throw error;
  });
  return trueAccuracy(world, seed, lab.winner(validation).texts["answer"] ?? "").clean;
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
