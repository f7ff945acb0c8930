import { describe, expect, it } from "vitest";
import type { LanguageModel } from "../../../src/contracts/language-model.ts";
import type { ModelErrorKind } from "../../../src/core/errors.ts";
import { fallbackLayer } from "../../../src/models/layers/fallback.ts";
import { fault, hello, modelErrorOf, scriptedModel } from "../../support/scripted-model.ts";

const second = (...steps: Parameters<typeof scriptedModel>[0] & readonly unknown[]) => ({
  ...scriptedModel(steps),
  modelId: "second",
});

describe("fallbackLayer", () => {
  it.each<ModelErrorKind>([
    "model_not_found",
    "quota",
    "unreachable",
    "server",
    "rate_limit",
    "timeout",
    "connection",
    "malformed",
    "empty",
    "content_filter",
    "length",
  ])("asks the next model after %s, and reports which one answered", async (kind) => {
    const model = fallbackLayer([second("from the second")])(scriptedModel([fault(kind)]));
    expect(await model.complete(hello)).toMatchObject({ text: "from the second", answeredBy: "second" });
  });

  it.each<ModelErrorKind>(["auth", "bad_request", "aborted"])(
    "stays with the first after %s",
    async (kind) => {
      const other = second("unasked");
      const error = await modelErrorOf(fallbackLayer([other])(scriptedModel([fault(kind)])).complete(hello));
      expect(error.kind).toBe(kind);
      expect(other.requests).toHaveLength(0);
    },
  );

  it("reports nothing when the first one answered", async () => {
    const answer = await fallbackLayer([second("unasked")])(scriptedModel(["first"])).complete(hello);
    expect(answer).not.toHaveProperty("answeredBy");
  });

  it("asks in order, and reports all errors under the first one's kind", async () => {
    const model = fallbackLayer([second(fault("auth")), second(fault("timeout"))])(
      scriptedModel([fault("server", { status: 500, hint: "wait" })]),
    );
    expect(await modelErrorOf(model.complete(hello))).toMatchObject({
      kind: "server",
      status: 500,
      hint: "wait",
      message: "a fault of kind server; fallback: a fault of kind auth; fallback: a fault of kind timeout",
    });
  });

  it("reports whose answer was unusable: each has its own price", async () => {
    const usage = { inputTokens: 1, outputTokens: 1 };
    const wasteful = (name: string): LanguageModel => ({
      ...scriptedModel((request) => {
        request.onUnused?.(usage);
        return fault("length", { usage });
      }),
      modelId: name,
    });
    const reported: unknown[] = [];
    const onUnused = ({ answeredBy }: { answeredBy?: string }) => reported.push(answeredBy) > 0;
    const model = fallbackLayer([wasteful("dear"), wasteful("dearer")])(wasteful("cheap"));
    await modelErrorOf(model.complete({ ...hello, onUnused }));
    expect(reported).toEqual([undefined, "dear", "dearer"]);
  });

  it("asks no other model when the budget forbids it", async () => {
    const other = second("unasked");
    const usage = { inputTokens: 1, outputTokens: 1 };
    const first = scriptedModel((request) => {
      request.onUnused?.(usage);
      return fault("length", { usage });
    });
    const error = await modelErrorOf(
      fallbackLayer([other])(first).complete({ ...hello, onUnused: () => false }),
    );
    expect(error.kind).toBe("length");
    expect(other.requests).toHaveLength(0);
  });
});
