import { describe, expect, test } from "vitest";
import { createBudgetView } from "../../../src/run/lab/budget-view.ts";

const cost = (calls: number) => ({ calls, tokens: calls * 10, usd: calls / 10 });

describe("budget view", () => {
  test("counts a request with its worst case until its release, then with its cost", () => {
    const view = createBudgetView({ caps: { calls: 100 } });
    const request = view.ask(cost(8));
    expect(view.callsLeft).toBe(92);
    request.use("a", cost(1));
    expect(view.callsLeft).toBe(92);
    request.release();
    expect(view.callsLeft).toBe(99);
    expect(view.spentShare).toBe(0.01);
  });

  test("counts a shared question with the request released first, whoever paid for it", () => {
    for (const payer of [0, 1]) {
      const view = createBudgetView({ caps: { calls: 10, usd: 2 } });
      const requests = [view.ask(cost(2)), view.ask(cost(2))];
      for (const [at, request] of requests.entries()) request.use("shared", cost(at === payer ? 1 : 0));
      requests[0]?.release();
      expect([view.callsLeft, view.spentShare]).toEqual([7, 0.1]);
      requests[1]?.release();
      expect([view.callsLeft, view.spentShare]).toEqual([9, 0.1]);
    }
  });

  test("sums the same costs to the same total, whatever the order of answers and their keys", () => {
    const prices = [0.1, 0.2, 0.3, 0.7, 0.07];
    const shares = [prices, [...prices].reverse()].map((order) => {
      const view = createBudgetView({ caps: { usd: 3 } });
      const request = view.ask(cost(5));
      for (const [at, usd] of order.entries()) request.use(`question ${at}`, { calls: 1, tokens: 1, usd });
      request.release();
      return view.spentShare;
    });
    expect(shares[0]).toBe(shares[1]);
  });

  test("without a cap there is no limit and no share; a cap of 0 is spent", () => {
    expect([createBudgetView({ caps: {} }).callsLeft, createBudgetView({ caps: {} }).spentShare]).toEqual([
      Number.POSITIVE_INFINITY,
      0,
    ]);
    expect(createBudgetView({ caps: { calls: 0 } }).spentShare).toBe(1);
  });
});
