import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BudgetError, ModelError, OptimizationError, ScorerError } from "../../../src/core/errors.ts";
import { labWorld, rows } from "../../support/lab-world.ts";

describe("lab", () => {
  test("a pair is never scored twice, even if both requests are in progress", async () => {
    const { lab, draft, target } = labWorld({ latencyMs: () => 5 });
    const candidate = draft("Say yes to {{text}}");
    const all = rows(6);
    const [first, second] = await Promise.all([
      lab.evaluate(candidate, all),
      lab.evaluate(candidate, all.slice(2)),
    ]);
    await lab.evaluate(
      candidate,
      [all[0], all[0]].flatMap((row) => row ?? []),
    );
    expect(target.asked).toHaveLength(6);
    expect(first.outcomes.map(({ example }) => example.id)).toEqual(all.map(({ id }) => id));
    expect(second.outcomes).toHaveLength(4);
  });

  test("a repeat is a separate rollout", async () => {
    const { lab, draft, target, outcomeStore } = labWorld({});
    const candidate = draft("Say yes to {{text}}");
    await lab.evaluate(candidate, rows(3));
    await lab.evaluate(candidate, rows(3), { repeat: 1 });
    expect(target.asked).toHaveLength(6);
    expect(outcomeStore.standing(candidate.id, rows(3)).rows).toBe(3);
  });

  test("a draft that breaks the contract is rejected for free", () => {
    const { lab, target, meter } = labWorld({});
    const refused = lab.draft({ p: "Say yes." }, []);
    expect(refused).toMatchObject({ accepted: false });
    expect(refused.accepted ? [] : refused.problems).toEqual([expect.stringContaining("text")]);
    expect(target.asked).toEqual([]);
    expect(meter.total.calls).toBe(0);
  });

  test("equal texts are the same candidate", () => {
    const { lab } = labWorld({});
    const one = lab.draft({ p: "Say yes to {{text}}" }, []);
    const other = lab.draft({ p: "Say yes to {{text}}" }, ["someone"]);
    expect(one).toMatchObject({ accepted: true, isNew: true });
    expect(other).toMatchObject({ accepted: true, isNew: false });
  });

  test("one failed row is an outcome with an error; the mean is over the others", async () => {
    const { lab, draft } = labWorld({
      answer: ({ messages }) => {
        if (JSON.stringify(messages).includes("text 3"))
          throw new ModelError("too long", { kind: "bad_request" });
        return "yes";
      },
    });
    const evaluation = await lab.evaluate(draft("Say yes to {{text}}"), rows(10));
    expect(evaluation.mean).toBe(1);
    expect(evaluation.outcomes[3]).toMatchObject({ error: { code: "model_failed", message: "too long" } });
    expect(evaluation.outcomes[3]?.score).toBeUndefined();
  });

  test("more failed rows than allowed end the optimization with the most frequent cause", async () => {
    const { lab, draft } = labWorld({
      scorer: {
        judgeCalls: { usual: 0, most: 0 },
        score: async () => {
          throw new ScorerError("the scorer broke");
        },
      },
    });
    await expect(lab.evaluate(draft("Say yes to {{text}}"), rows(10))).rejects.toThrow(
      "10 of 10 rows failed, above max_error_rate 0.2; most frequent (10): the scorer broke",
    );
  });

  test("a wrong key ends the run at once and drops calls in progress", async () => {
    const { lab, draft, target, controller } = labWorld({
      latencyMs: () => 5,
      answer: () => {
        throw new ModelError("wrong key", { kind: "auth", status: 401 });
      },
    });
    const candidate = draft("Say yes to {{text}}");
    await expect(lab.evaluate(candidate, rows(4))).rejects.toThrow("wrong key");
    expect(controller.signal.aborted).toBe(true);
    await expect(lab.evaluate(candidate, rows(8))).rejects.toThrow("wrong key");
    expect(target.asked).toHaveLength(4);
  });

  test("a request that exceeds the remaining calls is refused as a whole", async () => {
    const { lab, draft, target } = labWorld({ caps: { calls: 5 } });
    const candidate = draft("Say yes to {{text}}");
    await lab.evaluate(candidate, rows(3));
    expect(lab.budget.callsLeft).toBe(2);
    await expect(lab.evaluate(candidate, rows(6))).rejects.toBeInstanceOf(BudgetError);
    await lab.evaluate(candidate, rows(5));
    expect(target.asked).toHaveLength(5);
    await expect(lab.reflect({ messages: [], purpose: "propose" })).rejects.toBeInstanceOf(BudgetError);
  });

  test("a candidate that was not drafted is rejected", async () => {
    const { lab } = labWorld({});
    const forged = { id: "x", texts: { p: "no variable" }, parents: [], promptTokens: 1 };
    await expect(lab.evaluate(forged, rows(1))).rejects.toBeInstanceOf(OptimizationError);
  });

  test("two equal reflection requests are two samples", async () => {
    const repeats: (number | undefined)[] = [];
    const { lab } = labWorld({
      reflect: ({ repeat }) => {
        repeats.push(repeat);
        return "a reply";
      },
    });
    const request = { messages: [{ role: "user", content: "improve it" }], purpose: "propose" };
    await Promise.all([lab.reflect(request), lab.reflect(request)]);
    expect(repeats).toEqual([0, 1]);
  });

  test("lanes with plain promises behave the same at any latency", async () => {
    const story = async (latencyMs: () => number) => {
      const { lab, draft } = labWorld({
        latencyMs,
        caps: { calls: 40 },
        answer: ({ messages }) => (JSON.stringify(messages).length % 3 === 0 ? "yes" : "no"),
      });
      const seen: string[] = [];
      await Promise.all(
        [0, 1, 2].map(async (lane) => {
          try {
            for (let step = 0; step < 4; step++) {
              const { mean } = await lab.evaluate(
                draft(`${"very ".repeat(lane + step)}Say yes to {{text}}`),
                rows(3),
              );
              seen.push(`${lane}.${step} ${mean.toFixed(2)} ${lab.budget.callsLeft}`);
              await lab.reflect({
                messages: [{ role: "user", content: `${lane} ${step}` }],
                purpose: "propose",
              });
            }
          } catch (error) {
            seen.push(`${lane} ${(error as Error).name}`);
          }
        }),
      );
      return seen;
    };
    const still = await story(() => 0);
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 0, max: 4 })), async (latencies) => {
        expect(await story(() => latencies.next().value ?? 0)).toEqual(still);
      }),
      { numRuns: 15 },
    );
  });
});
