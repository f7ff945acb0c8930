import { describe, expect, it } from "vitest";
import { createFaultInjector } from "../../src/offline/faults.ts";

const digests = Array.from({ length: 2_000 }, (_, at) => `request ${at}`);
const draw = (faultRate: number, seed: number) => {
  const faults = createFaultInjector({ faultRate, seed });
  return digests.map((digest) => faults.next(digest));
};

describe("createFaultInjector", () => {
  it("fails the requested share, in every way", () => {
    const drawn = draw(0.2, 1).filter((kind) => kind !== undefined);
    expect(drawn.length / digests.length).toBeCloseTo(0.2, 1);
    expect(new Set(drawn)).toEqual(
      new Set([
        "rate_limit",
        "server_error",
        "unavailable",
        "dropped",
        "cut_json",
        "empty_choices",
        "wrong_type",
      ]),
    );
    expect(draw(0, 1).every((kind) => kind === undefined)).toBe(true);
  });

  it("fails the same attempts for the same seed, others for another", () => {
    expect(draw(0.2, 1)).toEqual(draw(0.2, 1));
    expect(draw(0.2, 1)).not.toEqual(draw(0.2, 2));
  });

  it("decides each attempt at a request independently", () => {
    const faults = createFaultInjector({ faultRate: 0.5, seed: 1 });
    const attempts = Array.from({ length: 40 }, () => faults.next("one request"));
    expect(attempts.some((kind) => kind === undefined)).toBe(true);
    expect(attempts.some((kind) => kind !== undefined)).toBe(true);
  });
});
