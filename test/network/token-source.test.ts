import { describe, expect, it } from "vitest";
import { SignInError } from "../../src/network/sign-in-error.ts";
import { createTokenMask } from "../../src/network/token-mask.ts";
import { createTokenSource } from "../../src/network/token-source.ts";

const minute = 60_000;

/** A source over a clock and an issuer that the test controls. */
function world(lifeMs: number) {
  let time = 1_000_000;
  const waiting: { resolve(): void; reject(error: Error): void }[] = [];
  let requests = 0;
  const source = createTokenSource(
    () => {
      const value = `token-number-${++requests}`;
      return new Promise((resolve, reject) => {
        waiting.push({ resolve: () => resolve({ value, expiresAt: time + lifeMs }), reject });
      });
    },
    () => time,
  );
  return {
    source,
    requests: () => requests,
    pass: (ms: number) => {
      time += ms;
    },
    async answer() {
      waiting.shift()?.resolve();
      await new Promise(setImmediate);
    },
    async fail() {
      waiting.shift()?.reject(new SignInError("down", { kind: "passing" }));
      await new Promise(setImmediate);
    },
  };
}

describe("a source of tokens", () => {
  it("makes one request for concurrent callers, and none while the token is fresh", async () => {
    const { source, requests, answer, pass } = world(60 * minute);
    const asked = Promise.all(Array.from({ length: 50 }, () => source.token()));
    expect(requests()).toBe(1);
    await answer();
    expect(new Set(await asked)).toEqual(new Set(["token-number-1"]));
    pass(50 * minute);
    expect(await source.token()).toBe("token-number-1");
    expect(requests()).toBe(1);
  });

  it("replaces a token before its end while callers still get it", async () => {
    const { source, requests, answer, pass } = world(60 * minute);
    const first = source.token();
    await answer();
    await first;
    pass(56 * minute);
    expect(await Promise.all([source.token(), source.token()])).toEqual(["token-number-1", "token-number-1"]);
    expect(requests()).toBe(2);
    await answer();
    expect(await source.token()).toBe("token-number-2");
  });

  it("keeps a valid token when its renewal fails, and pauses before the next attempt", async () => {
    const { source, requests, answer, fail, pass } = world(60 * minute);
    const first = source.token();
    await answer();
    await first;
    pass(56 * minute);
    await source.token();
    await fail();
    expect(await source.token()).toBe("token-number-1");
    expect(requests()).toBe(2);
    pass(minute);
    await source.token();
    expect(requests()).toBe(3);
  });

  it("waits for a new token in the last seconds of the old one", async () => {
    const { source, answer, fail, pass } = world(60 * minute);
    const first = source.token();
    await answer();
    await first;
    pass(60 * minute - 30_000);
    const second = source.token();
    await answer();
    expect(await second).toBe("token-number-2");
    pass(60 * minute);
    const third = source.token();
    const rejection = expect(third).rejects.toThrow("down");
    await fail();
    await rejection;
    const fourth = source.token();
    await answer();
    expect(await fourth).toBe("token-number-4");
  });

  it("uses short-lived tokens too", async () => {
    const { source, requests, answer, pass } = world(20_000);
    const first = source.token();
    await answer();
    await first;
    pass(5_000);
    expect(await source.token()).toBe("token-number-1");
    expect(requests()).toBe(1);
  });
});

it("a mask hides tokens that are issued after it was made", async () => {
  const mask = createTokenMask(["a-known-secret"]);
  const source = createTokenSource(async () => ({ value: "issued-later-123", expiresAt: Date.now() + 1e6 }));
  await source.token();
  expect(mask("a-known-secret and issued-later-123")).toBe("[secret] and [secret]");
  expect(mask.deep({ text: ["issued-later-123"] })).toEqual({ text: ["[secret]"] });
});
