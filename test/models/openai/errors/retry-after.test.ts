import { describe, expect, it } from "vitest";
import { retryAfterMs } from "../../../../src/models/openai/errors/wait-hints.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const read = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now);

describe("retryAfterMs", () => {
  it.each([
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after-ms": "250", "retry-after": "2" }, 2000],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT" }, 7000],
    [{ "retry-after": "Wed, 31 Dec 2025 23:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "-5" }, undefined],
    [{}, undefined],
  ])("reads %j as %s", (headers, expected) => {
    expect(read(headers as Record<string, string>)).toBe(expected);
  });

  it("has nothing to read without headers", () => {
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });
});
