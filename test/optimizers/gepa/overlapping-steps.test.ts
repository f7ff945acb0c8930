import { expect, test } from "vitest";
import { searchInMemory } from "../../bench/worlds/in-memory.ts";
import { worldNamed } from "../../bench/worlds/world-spec.ts";

test.each([100, 1500])(
  "steps that overlap decide the same at any concurrency (reflections of %d ms)",
  async (reflectionMs) => {
    const search = { world: worldNamed("reference"), seed: 1, calls: 600 };
    const found = await Promise.all(
      [undefined, 1, 5, 32, Number.POSITIVE_INFINITY].map((concurrency) =>
        searchInMemory({
          ...search,
          ...(concurrency === undefined ? {} : { pace: { answerMs: 100, reflectionMs, concurrency } }),
        }),
      ),
    );
    const decisions = found.map(({ accuracy, rollouts, reflections, steps }) => [
      accuracy,
      rollouts,
      reflections,
      steps,
    ]);
    expect(new Set(decisions.map((one) => JSON.stringify(one))).size).toBe(1);
  },
);
