import { expect, it } from "vitest";
import type { Outcome } from "../../../src/contracts/optimizer.ts";
import type { Example } from "../../../src/core/data/example.ts";
import { createRandom } from "../../../src/core/random.ts";
import {
  demonstrationsOf,
  rowsToShow,
} from "../../../src/optimizers/demonstrations/gather-demonstrations.ts";
import { searchWorld } from "../../support/search-world.ts";

const { task } = searchWorld();
const [first] = task.train as readonly [Example];
const options = { bootstrap_rows: 10, own_score: 1, max_field_characters: 100 };
const places = [{ text: "p", fields: ["text"] }];
const gather = (row: Partial<Example>, outcome?: Partial<Outcome>) => {
  const example = { ...first, ...row };
  return demonstrationsOf([example], () => outcome && { example, ...outcome }, places, options);
};
const unexpected = () => {
  const { expected: _, ...row } = first;
  return row;
};

it("shows the model's own answer if it was right", () => {
  expect(gather({ expected: "yes" }, { score: { value: 1 }, output: "Yes, since …" })).toEqual([
    { row: first.id, inputs: first.inputs, answer: "Yes, since …", isHard: false },
  ]);
});

it("shows the expected answer if the model was wrong or was not run", () => {
  const wrong = gather({ expected: "yes" }, { score: { value: 0.9 }, output: "no" });
  expect(wrong).toMatchObject([{ answer: "yes", isHard: true }]);
  expect(gather({ expected: "yes" })).toMatchObject([{ answer: "yes", isHard: false }]);
});

it("leaves out rows without a right answer", () => {
  const example = unexpected();
  const of = (outcome: Partial<Outcome>) =>
    demonstrationsOf([example], () => ({ example, ...outcome }), places, options);
  expect(of({ score: { value: 0 }, output: "no" })).toEqual([]);
  expect(of({ error: { code: "x", message: "y" } })).toEqual([]);
  const toolCalls = [{ id: "1", name: "look", arguments: "{}" }];
  expect(of({ score: { value: 1 }, output: "", toolCalls })).toEqual([]);
  expect(of({ score: { value: 1 }, output: "fine" })).toHaveLength(1);
});

it.each([
  ["a long input", { inputs: { text: "x".repeat(101) } }],
  ["a long answer", { expected: "x".repeat(101) }],
  ["a variable", { inputs: { text: "use {{name}}" } }],
  ["a jinja tag", { inputs: { text: "use {% if x %}" } }],
  ["a jinja comment in the answer", { expected: "{# yes #}" }],
])("leaves out rows with %s", (_, row) => {
  expect(gather(row)).toEqual([]);
});

it("checks only the inputs that are shown", () => {
  expect(gather({ inputs: { text: "short", page: "x".repeat(1000) } })).toHaveLength(1);
});

it("never shows a validation row or its copy among the train rows", () => {
  const copy = task.validation[0] as Example;
  const rows = rowsToShow({ ...task, train: [copy, ...task.train] }, createRandom(1));
  expect(rows.map(({ id }) => id).sort()).toEqual(task.train.map(({ id }) => id).sort());
  expect(rowsToShow({ ...task, train: task.validation }, createRandom(1))).toEqual([]);
});
