import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../../src/contracts/optimizer.ts";
import type { Example } from "../../../../src/core/data/example.ts";
import { gepaOptions } from "../../../../src/optimizers/gepa/options.ts";
import { tryLabels } from "../../../../src/optimizers/gepa/rewriting/label-rewrites.ts";
import { openGepaSearch } from "../../../../src/optimizers/gepa/state.ts";
import { openRowOrder } from "../../../../src/optimizers/gepa/validation/row-order.ts";
import { createSimulatedLab } from "../../../support/simulated-lab.ts";

const labels = ["negative", "neutral", "positive"];
const rowsOf = (part: string): readonly Example[] =>
  Array.from({ length: 12 }, (_, at) => ({
    id: `${part}-${at}`,
    inputs: { text: `${part} ${at}` },
    expected: labels[at % 3] ?? "",
    expectations: {},
    tags: {},
    origin: { file: "rows.jsonl", line: at + 1 },
  }));
const [train, validation] = [rowsOf("train"), rowsOf("validation")];

/**
 * Answers with the bare label if the prompt names the form, in a sentence otherwise. With the labels added, it answers hard
 * rows in a sentence too.
 */
function rollout(
  { p = "" }: Readonly<Record<string, string>>,
  example: Example,
  hard: ReadonlySet<string> = new Set(),
): Outcome {
  const isBare = /nothing else/i.test(p) && !/explain/.test(p) && !(hard.has(example.id) && /Judge/.test(p));
  const output = isBare ? (example.expected ?? "") : `The sentiment is ${example.expected}.`;
  return { example, output, score: { value: output === example.expected ? 1 : 0 }, answer: "text" };
}

async function search(text: string, options: object = {}, calls = 400, lateRowsAreHard = false) {
  const hard = new Set<string>();
  const lab = createSimulatedLab({
    seed: { p: text },
    rollout: (texts, example) => rollout(texts, example, hard),
    reflector: () => ({ text: "", isCutOff: false }),
    contract: () => [],
    calls,
  });
  const task = {
    objective: "",
    seed: lab.seed,
    train,
    validation,
    limits: { candidatesPerStep: 2, maxSteps: 4, patience: 3 },
    contract: { variables: { p: ["text"] }, locked: [] },
  };
  const opened = await openGepaSearch(task, lab, gepaOptions.parse(options), (event) => lab.emit(event));
  const { firstBlock, rows } = openRowOrder(opened);
  if (lateRowsAreHard) for (const { id } of rows.slice(firstBlock)) hard.add(id);
  await tryLabels(opened);
  return { lab, opened };
}

describe("the set of labels", () => {
  test("is added to the instruction and put in its place, and the better text leads", async () => {
    const { lab, opened } = await search("What is the sentiment of this text?\n\nText: {{text}}");
    const proposed = lab.events.flatMap((event) =>
      event.type === "candidate-proposed" ? [event.texts["p"]] : [],
    );
    expect(proposed).toEqual([
      "What is the sentiment of this text?\nAllowed answers: negative, neutral, positive. Nothing else may be written.\n\nText: {{text}}",
      "Answer with exactly one of: negative, neutral, positive. Write nothing else.\n\nText: {{text}}",
    ]);
    expect(proposed).toContain(opened.leader.texts["p"]);
    expect(opened.cards.mean(opened.leader.id, validation)).toBe(1);
    expect(lab.calls.reflections).toBe(0);
  });

  test("takes the place of an instruction that misleads", async () => {
    const { opened } = await search("Rate the sentiment from 1 to 5 and explain it.\n\nText: {{text}}");
    expect(opened.leader.texts["p"]).toBe(
      "Answer with exactly one of: negative, neutral, positive. Write nothing else.\n\nText: {{text}}",
    );
  });

  test("is tried in both ways on all validation rows, since a few rows cannot tell the better one", async () => {
    const { lab, opened } = await search("Judge.\n\nText: {{text}}", {}, 400, true);
    expect(opened.leader.texts["p"]).toMatch(/^Answer with exactly one of/);
    expect(lab.calls.rollouts).toBe(3 * validation.length);
  });

  test.each([
    ["the prompt names the labels", "Say negative, neutral or positive.\n\nText: {{text}}", {}, 400],
    ["the answers are in the set", "Judge, nothing else.\n\nText: {{text}}", {}, 400],
    ["the variable is inside a sentence", "What is the sentiment of {{text}} today?", {}, 400],
    ["the option says so", "Judge.\n\nText: {{text}}", { labels: false }, 400],
    ["the budget is small", "Judge.\n\nText: {{text}}", {}, 40],
  ])("is not tried if %s", async (_, text, options, calls) => {
    const { lab, opened } = await search(text, options, calls);
    expect(lab.events).toEqual([]);
    expect(opened.leader).toBe(lab.seed);
  });
});
