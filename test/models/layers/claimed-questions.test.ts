import { expect, test } from "vitest";
import type { AnswerStore } from "../../../src/contracts/answer-store.ts";
import type { Completion, LanguageModel } from "../../../src/contracts/language-model.ts";
import { ModelError } from "../../../src/core/errors.ts";
import { exchangeLayer } from "../../../src/models/layers/exchange-layer.ts";
import { createInFlight } from "../../../src/models/limits/in-flight.ts";
import { openCacheAnswers } from "../../../src/run/answers/cache-answers.ts";
import { openMemoryAnswers } from "../../../src/run/answers/memory-answers.ts";
import { modelSpec } from "../../support/model-specs.ts";

const request = { messages: [{ role: "user", content: "Hello" }] } as const;
const completion = (more: Partial<Completion> = {}): Completion => ({
  text: "Hi",
  toolCalls: [],
  finishReason: "stop",
  usage: { inputTokens: 3, outputTokens: 1 },
  latencyMs: 1,
  ...more,
});

/** Models of several runs over one memory of answers, and the number of questions sent. */
function modelsOf(count: number, answer: (sent: number) => Completion) {
  const memory = { answers: new Map(), claims: new Map() };
  const asked = { count: 0 };
  const bare: LanguageModel = {
    provider: "openai",
    modelId: "small",
    async complete() {
      const sent = ++asked.count;
      await new Promise((resolve) => setTimeout(resolve, 30));
      return answer(sent);
    },
  };
  const models = Array.from({ length: count }, () => {
    const store: AnswerStore = openCacheAnswers(openMemoryAnswers(memory));
    return exchangeLayer({ spec: modelSpec(), store, inFlight: createInFlight() })(bare);
  });
  return { models, asked, memory };
}

test("a question of two runs at once is sent once", async () => {
  const { models, asked, memory } = modelsOf(3, () => completion());
  const answers = await Promise.all(models.map((model) => model.complete(request)));
  expect(asked.count).toBe(1);
  expect(answers.map(({ origin }) => origin)).toEqual([undefined, "cache", "cache"]);
  expect(memory.claims.size).toBe(0);
});

test("a failed call releases its claim: the next run asks", async () => {
  const { models, asked, memory } = modelsOf(3, (sent) => {
    if (sent === 1) throw new ModelError("500", { kind: "server" });
    return completion();
  });
  const settled = await Promise.allSettled(models.map((model) => model.complete(request)));
  expect(settled.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "fulfilled", "rejected"]);
  expect(asked.count).toBe(2);
  expect(memory.claims.size).toBe(0);
});

test("an answer of a fallback is not shared: every run asks, one after the other", async () => {
  const { models, asked, memory } = modelsOf(2, () => completion({ answeredBy: "other" }));
  await Promise.all(models.map((model) => model.complete(request)));
  expect(asked.count).toBe(2);
  expect(memory.claims.size).toBe(0);
});
