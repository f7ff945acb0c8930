import { describe, expect, test } from "vitest";
import { createErrorWatch } from "../../../src/run/lab/error-watch.ts";
import { rows } from "../../support/lab-world.ts";

const outcomes = (count: number, failed: number, message = "the model fell over") =>
  rows(count).map((example, at) =>
    at < failed ? { example, error: { code: "model_failed", message } } : { example, score: { value: 1 } },
  );

describe("error watch", () => {
  test("reports each failed row and continues below the limit", () => {
    const events: unknown[] = [];
    createErrorWatch(0.2, (event) => events.push(event)).note(outcomes(10, 2));
    expect(events).toEqual([
      { type: "row-failed", example: "row-0", code: "model_failed", message: "the model fell over" },
      { type: "row-failed", example: "row-1", code: "model_failed", message: "the model fell over" },
    ]);
  });

  test("ends the optimization above it, with the most frequent cause", () => {
    const watch = createErrorWatch(0.2, () => {});
    watch.note(outcomes(10, 1, "too long"));
    expect(() => watch.note(outcomes(10, 4))).toThrow(
      "5 of 20 rows failed, above max_error_rate 0.2; most frequent (4): the model fell over",
    );
  });

  test("one failure among the first few rows does not count, unless all of them fail", () => {
    createErrorWatch(0.2, () => {}).note(outcomes(9, 8));
    createErrorWatch(0.2, () => {}).note(outcomes(1, 1));
    expect(() => createErrorWatch(0.2, () => {}).note(outcomes(2, 2))).toThrow("2 of 2 rows failed");
  });

  test("with few rows in total, the rate counts at the last one", () => {
    createErrorWatch(0.2, () => {}, 8).note(outcomes(7, 3));
    createErrorWatch(0.2, () => {}, 8).note(outcomes(8, 1));
    const watch = createErrorWatch(0.2, () => {}, 8);
    expect(() => watch.note(outcomes(8, 2))).toThrow("2 of 8 rows failed, above max_error_rate 0.2");
  });
});
