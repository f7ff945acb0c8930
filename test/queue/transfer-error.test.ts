import { describe, expect, it } from "vitest";
import { AgentError, ModelError } from "../../src/core/errors.ts";
import { packError, transferredErrorSchema, unpackError } from "../../src/queue/transfer-error.ts";

const mask = (text: string) => text.replaceAll("sk-secret", "[secret]");
const throughWire = (error: unknown) =>
  unpackError(transferredErrorSchema.parse(JSON.parse(JSON.stringify(packError(error, mask)))), "w1");

describe("an error on its way from a worker", () => {
  it("keeps all that retries, billing and messages need", () => {
    const error = new ModelError("429 for sk-secret", {
      kind: "rate_limit",
      status: 429,
      retryAfterMs: 20_000,
      usage: { inputTokens: 3, outputTokens: 4, cachedInputTokens: 1 },
      systemCode: "ECONNRESET",
      providerCode: "too_many",
      wasSent: true,
      hint: "wait",
    });
    const read = throughWire(error) as ModelError;
    expect(read).toBeInstanceOf(ModelError);
    const fields = [
      "kind",
      "status",
      "retryAfterMs",
      "usage",
      "systemCode",
      "providerCode",
      "wasSent",
      "hint",
    ] as const;
    for (const field of fields) expect(read[field]).toEqual(error[field]);
    expect(read.message).toBe("429 for [secret]");
    expect(read.billing).toBe(error.billing);
  });

  it.each([
    new ModelError("x", { kind: "timeout" }),
    new ModelError("x", { kind: "connection", systemCode: "ECONNREFUSED" }),
    new ModelError("x", { kind: "server", status: 503 }),
    new ModelError("x", { kind: "malformed" }),
  ])("is billed as it was (%#)", (error) => {
    const read = throughWire(error) as ModelError;
    expect([read.billing, read.isRetryable, read.isFatal]).toEqual([
      error.billing,
      error.isRetryable,
      error.isFatal,
    ]);
  });

  it("names the worker whose set-up is wrong", () => {
    expect(throughWire(new ModelError("wrong key", { kind: "auth" })).message).toBe("worker w1: wrong key");
  });

  it("keeps an application's error, and drops its stack and cause", () => {
    const error = new AgentError("the app threw sk-secret", {
      cause: new Error("sk-secret"),
      isInfrastructure: true,
    });
    const packed = packError(error, mask);
    expect(JSON.stringify(packed)).not.toContain("sk-secret");
    expect(unpackError(packed, "w1")).toMatchObject({ code: "agent_failed", isInfrastructure: true });
  });

  it("takes whatever foreign code throws", () => {
    expect(throughWire("just text").message).toBe("just text");
    expect(throughWire(Object.create(null)).message).toMatch(/cannot be printed/);
  });
});
