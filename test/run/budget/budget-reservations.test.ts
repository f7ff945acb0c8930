import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BudgetError } from "../../../src/core/errors.ts";
import { createBudgetReservations } from "../../../src/run/budget/budget-reservations.ts";

interface Call {
  readonly worst: number;
  readonly actual: number;
  readonly latencyMs: number;
}

const calls = fc.array(
  fc.record({
    worst: fc.integer({ min: 1, max: 20 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    latencyMs: fc.integer({ min: 0, max: 4 }),
  }),
  { minLength: 1, maxLength: 40 },
);

async function spendAll(list: readonly Call[], cap: number) {
  const reservations = createBudgetReservations({ calls: list.length, tokens: cap, usd: cap / 100 });
  let highest = 0;
  const admitted = await Promise.all(
    list.map(async ({ worst, actual, latencyMs }) => {
      try {
        const reservation = await reservations.admit({ calls: 1, tokens: worst, usd: worst / 100 });
        highest = Math.max(highest, reservations.committed.tokens);
        await wait(latencyMs);
        reservation.charge({ calls: 1, tokens: actual, usd: actual / 100 });
        reservation.settle();
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(BudgetError);
        return false;
      }
    }),
  );
  return { admitted, spent: reservations.spent, highest };
}

describe("budget reservations", () => {
  test("never exceed a cap, even counting work in progress", async () => {
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 1, max: 200 }), async (list, cap) => {
        const drawn = list.map(({ worst, share, latencyMs }) => ({
          worst,
          actual: Math.floor(worst * share),
          latencyMs,
        }));
        const { spent, highest } = await spendAll(drawn, cap);
        expect(spent.tokens).toBeLessThanOrEqual(cap);
        expect(highest).toBeLessThanOrEqual(cap);
      }),
      { numRuns: 60 },
    );
  });

  test("are admitted by cost and order of requests, never by arrival", async () => {
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 1, max: 200 }), async (list, cap) => {
        const drawn = list.map(({ worst, share, latencyMs }) => ({
          worst,
          actual: Math.floor(worst * share),
          latencyMs,
        }));
        const slow = await spendAll(drawn, cap);
        const quick = await spendAll(
          drawn.map((call) => ({ ...call, latencyMs: 0 })),
          cap,
        );
        expect(quick.admitted).toEqual(slow.admitted);
        expect(quick.spent.tokens).toBe(slow.spent.tokens);
      }),
      { numRuns: 60 },
    );
  });

  test("admit nothing after the time limit, with few calls in progress", async () => {
    await fc.assert(
      fc.asyncProperty(
        calls,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 12 }),
        async (list, atOnce, overAfterMs) => {
          const reservations = createBudgetReservations({}, { atOnce });
          let isOver = false;
          let begunLate = 0;
          let underWay = 0;
          let most = 0;
          setTimeout(() => {
            isOver = true;
            reservations.close("minutes");
          }, overAfterMs);
          await Promise.all(
            list.map(async ({ latencyMs }) => {
              const reservation = await reservations
                .admit({ calls: 1, tokens: 0, usd: 0 })
                .catch(() => undefined);
              if (reservation === undefined) return;
              if (isOver) begunLate++;
              most = Math.max(most, ++underWay);
              await wait(latencyMs);
              reservation.charge({ calls: 1, tokens: 0, usd: 0 });
              underWay--;
              reservation.settle();
            }),
          );
          expect(begunLate).toBe(0);
          expect(most).toBeLessThanOrEqual(atOnce);
          expect(reservations.admissions).toBe(reservations.spent.calls);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("are refused with the name of the cap", async () => {
    const reservations = createBudgetReservations({ calls: 1 });
    (await reservations.admit({ calls: 1, tokens: 9, usd: 9 })).settle();
    await (await reservations.admit({ calls: 1, tokens: 9, usd: 9 })).charge({ calls: 1, tokens: 9, usd: 9 });
    reservations.close("minutes");
    await expect(reservations.admit({ calls: 1, tokens: 0, usd: 0 })).rejects.toMatchObject({
      limit: "minutes",
    });
  });

  test("free their unused worst case when settled", async () => {
    const reservations = createBudgetReservations({ tokens: 100 });
    const first = await reservations.admit({ calls: 1, tokens: 90, usd: 0 });
    const second = reservations.admit({ calls: 1, tokens: 60, usd: 0 });
    first.charge({ calls: 1, tokens: 30, usd: 0 });
    first.settle();
    await expect(second).resolves.toBeDefined();
    expect(reservations.committed.tokens).toBe(90);
  });

  test("cover a further attempt only if it fits", async () => {
    const reservations = createBudgetReservations({ tokens: 100 });
    const reservation = await reservations.admit({ calls: 1, tokens: 50, usd: 0 });
    reservation.charge({ calls: 0, tokens: 40, usd: 0 });
    expect(reservation.extend({ calls: 0, tokens: 50, usd: 0 })).toBe(true);
    expect(reservations.committed.tokens).toBe(100);
    expect(reservation.extend({ calls: 0, tokens: 50, usd: 0 })).toBe(false);
  });
});

describe("a worst case that does not fit, with a first call that does", () => {
  const worst = { calls: 2, tokens: 90, usd: 0, first: { calls: 1, tokens: 30, usd: 0 } };

  test("is admitted alone after everything before it is settled", async () => {
    const reservations = createBudgetReservations({ tokens: 100 });
    const before = await reservations.admit({ calls: 1, tokens: 60, usd: 0 });
    const alone = reservations.admit(worst);
    const after = reservations.admit({ calls: 1, tokens: 1, usd: 0 });
    before.charge({ calls: 1, tokens: 40, usd: 0 });
    before.settle();
    const reservation = await alone;
    expect(reservations.admissions).toBe(2);
    // Its first call is covered; a second one must fit as well.
    reservation.cover({ calls: 1, tokens: 30, usd: 0 });
    reservation.charge({ calls: 1, tokens: 5, usd: 0 });
    reservation.cover({ calls: 1, tokens: 55, usd: 0 });
    reservation.charge({ calls: 1, tokens: 5, usd: 0 });
    reservation.settle();
    await expect(after).resolves.toBeDefined();
    expect(reservations.spent.tokens).toBe(50);
  });

  test("ends the budget at a further call that does not fit: nothing is admitted afterwards", async () => {
    const reservations = createBudgetReservations({ tokens: 100 });
    const before = await reservations.admit({ calls: 1, tokens: 60, usd: 0 });
    before.charge({ calls: 1, tokens: 60, usd: 0 });
    before.settle();
    const reservation = await reservations.admit(worst);
    reservation.charge({ calls: 1, tokens: 20, usd: 0 });
    expect(() => reservation.cover({ calls: 1, tokens: 25, usd: 0 })).toThrow(
      "the budget of 100 tokens is spent",
    );
    reservation.settle();
    await expect(reservations.admit({ calls: 1, tokens: 1, usd: 0 })).rejects.toBeInstanceOf(BudgetError);
    expect(reservations.spent.tokens).toBe(80);
  });

  test("a call is not sent after others exceeded their worst case", async () => {
    const reservations = createBudgetReservations({ tokens: 100 });
    const dear = await reservations.admit({ calls: 1, tokens: 40, usd: 0 });
    const next = await reservations.admit({ calls: 1, tokens: 40, usd: 0 });
    next.check({ calls: 0, tokens: 40, usd: 0 });
    dear.charge({ calls: 1, tokens: 90, usd: 0 });
    expect(() => next.check({ calls: 0, tokens: 40, usd: 0 })).toThrow(BudgetError);
  });
});

test("another attempt reuses the room of a free one and reserves only the shortfall of a paid one", async () => {
  const reservations = createBudgetReservations({ tokens: 100 });
  const first = await reservations.admit({ calls: 1, tokens: 60, usd: 0 });
  const second = await reservations.admit({ calls: 1, tokens: 40, usd: 0 });
  const attempt = { calls: 0, tokens: 60, usd: 0 };
  // Everything is reserved: a 500 is billed no tokens and is repeated.
  first.charge({ calls: 0, tokens: 0, usd: 0 });
  expect([first.renew(attempt), reservations.committed.tokens]).toEqual([true, 100]);
  first.charge({ calls: 0, tokens: 10, usd: 0 });
  expect([first.renew(attempt), reservations.committed.tokens]).toEqual([false, 100]);
  second.settle();
  expect([first.renew(attempt), reservations.committed.tokens]).toEqual([true, 70]);
  reservations.close("tokens");
  expect(first.renew(attempt)).toBe(false);
});
