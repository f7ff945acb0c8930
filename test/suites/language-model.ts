import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompletionRequest, LanguageModel } from "../../src/contracts/language-model.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { ChatMessage } from "../../src/core/prompt/message.ts";

export interface LanguageModelUnderTest {
  readonly model: LanguageModel;
  /** A slow model, so that a call can be aborted. */
  readonly slow: LanguageModel;
  close?(): Promise<void>;
}

const ask = (text: string, more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  messages: [{ role: "user", content: text }],
  ...more,
});

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}

/** The contract of every language model, with any layers. */
export function describeLanguageModel(name: string, open: () => Promise<LanguageModelUnderTest>): void {
  describe(`${name} keeps the contract of a language model`, () => {
    let under: LanguageModelUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(async () => under.close?.());

    it("has a name", () => {
      expect(under.model.provider).toMatch(/\S/);
      expect(under.model.modelId).toMatch(/\S/);
    });

    it("answers with a text, a finish reason, tokens and a time", async () => {
      const completion = await under.model.complete(ask("Say yes."));
      expect(typeof completion.text).toBe("string");
      expect(Array.isArray(completion.toolCalls)).toBe(true);
      expect(["stop", "length", "tool_calls", "other"]).toContain(completion.finishReason);
      expect(completion.usage.inputTokens).toBeGreaterThan(0);
      expect(completion.usage.outputTokens).toBeGreaterThanOrEqual(0);
      expect(completion.latencyMs).toBeGreaterThanOrEqual(0);
      expect(completion).not.toHaveProperty("origin");
    });

    it("returns values that survive JSON", async () => {
      const completion = await under.model.complete(ask("Say yes."));
      expect(JSON.parse(JSON.stringify(completion))).toEqual(completion);
    });

    it("does not change the request", async () => {
      const request = ask("Say yes.", {
        parameters: { temperature: 0, stop: ["\n\n"], other: { user: "u" } },
      });
      const before = structuredClone(request);
      await under.model.complete(deepFreeze(request));
      expect(request).toEqual(before);
    });

    it("accepts every kind of message", async () => {
      const messages: readonly ChatMessage[] = [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "What is the weather?" }], name: "ann" },
        {
          role: "assistant",
          content: null,
          toolCalls: [{ id: "call_1", name: "weather", arguments: '{"city":"Oslo"}' }],
        },
        { role: "tool", content: "12 degrees", toolCallId: "call_1" },
        { role: "user", content: "Thanks. Füße 🦊" },
      ];
      const completion = await under.model.complete({ messages });
      expect(typeof completion.text).toBe("string");
    });

    it("handles many concurrent calls", async () => {
      const calls = Array.from({ length: 32 }, (_, at) => under.model.complete(ask(`Say the number ${at}.`)));
      const texts = (await Promise.all(calls)).map(({ text }) => text);
      expect(texts).toHaveLength(32);
      expect(texts.every((text) => typeof text === "string")).toBe(true);
    });

    it("reports no unused attempts for a usable answer", async () => {
      const wasted: unknown[] = [];
      await under.model.complete(ask("Say yes.", { onUnused: (attempt) => wasted.push(attempt) > 0 }));
      expect(wasted).toEqual([]);
    });

    it("sends nothing if aborted before it begins", async () => {
      const failure = under.model.complete(ask("Say yes.", { signal: AbortSignal.abort() }));
      await expect(failure).rejects.toBeInstanceOf(ModelError);
      await expect(failure).rejects.toMatchObject({ kind: "aborted" });
    });

    it("stops when its signal aborts", async () => {
      const controller = new AbortController();
      const failure = under.slow.complete(ask("Say yes.", { signal: controller.signal }));
      setImmediate(() => controller.abort());
      await expect(failure).rejects.toBeInstanceOf(ModelError);
      await expect(failure).rejects.toMatchObject({ kind: "aborted", isRetryable: false, isFatal: false });
    });
  });
}
