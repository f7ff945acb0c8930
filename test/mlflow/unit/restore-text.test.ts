import { expect, it } from "vitest";
import type { JsonValue } from "../../../src/core/data/json.ts";
import { restoreText } from "../../../src/mlflow/traces/restore-text.ts";

// What MLflow 3.17 returned for traces of its own client: the value in the span, and in the metadata.
it.each<readonly [string, JsonValue, string, JsonValue]>([
  ["a text of an object", { LABEL: 1 }, String.raw`"{\"LABEL\":   1.0}"`, '{"LABEL":   1.0}'],
  ["a text of a list", [1], '"[1]"', "[1]"],
  ["a text in quotes", "Q", String.raw`"\"Q\""`, '"Q"'],
  ["a text", "12345", '"12345"', "12345"],
  ["an object", { LABEL: "X" }, '{"LABEL": "X"}', { LABEL: "X" }],
  ["a number", 5, "5", 5],
  ["nothing in the metadata", { LABEL: "X" }, "", { LABEL: "X" }],
  ["the start of a text", { a: [1] }, String.raw`"{\"a\": ...`, '{"a":[1]}'],
  ["the start of an object", { a: [1] }, '{"a": ...', { a: [1] }],
  ["another value", { a: 2 }, String.raw`"{\"a\": 1}"`, { a: 2 }],
])("reads %s", (_, stored, written, expected) => {
  expect(restoreText(stored, { "mlflow.traceOutputs": written }, "outputs")).toEqual(expected);
  expect(restoreText(stored, { "mlflow.traceInputs": written }, "inputs")).toEqual(expected);
  expect(restoreText(stored, {}, "outputs")).toEqual(stored);
});

it("leaves a missing answer missing", () => {
  expect(restoreText(undefined, { "mlflow.traceOutputs": '"x"' }, "outputs")).toBeUndefined();
  expect(restoreText(null, { "mlflow.traceOutputs": '"x"' }, "outputs")).toBeNull();
});
