import { expect, test } from "vitest";
import { BudgetError, ModelError, OptimizationError } from "../../../src/core/errors.ts";
import {
  createReflectionFailureCount,
  survivableFailure,
} from "../../../src/optimizers/search/reflection-failures.ts";

const unread = { cause: "no_fence", reason: "the reply holds no fenced block" };

test("the third consecutive failure with one cause ends the search with a user message", () => {
  const failures = createReflectionFailureCount();
  failures.note(unread);
  failures.note(unread);
  expect(() => failures.note(unread)).toThrow(
    new OptimizationError("3 reflections in a row returned nothing usable: the reply holds no fenced block", {
      hint: "choose another reflection_model, or raise its max_tokens",
    }),
  );
});

test("a model's own error is rethrown unchanged", () => {
  const error = new ModelError("busy", { kind: "server", status: 503 });
  const failure = survivableFailure(error);
  expect(failure).toEqual({ cause: "model server 503", reason: "busy", error });
  const failures = createReflectionFailureCount();
  if (failure === undefined) throw new Error("a busy model is survivable");
  failures.note(failure);
  failures.note(failure);
  expect(() => failures.note(failure)).toThrow(error);
});

test("a success or another cause resets the count", () => {
  const failures = createReflectionFailureCount();
  const other = { cause: "empty", reason: "the fenced block of the reply is empty" };
  for (const failure of [unread, unread, other, unread, unread]) failures.note(failure);
  failures.noteSuccess();
  for (const failure of [unread, unread]) failures.note(failure);
  expect(() => failures.note(unread)).toThrow(OptimizationError);
});

test("errors that concern the whole run are not survivable", () => {
  const errors = [
    new ModelError("wrong key", { kind: "auth", status: 401 }),
    new ModelError("stopped", { kind: "aborted" }),
    new BudgetError("spent", "calls"),
    new TypeError("a mistake"),
    "a word",
  ];
  expect(errors.map(survivableFailure)).toEqual(errors.map(() => undefined));
});
