import { expect, test } from "vitest";
import type { Completion, LanguageModel } from "../../src/contracts/language-model.ts";
import { createTimeLog, joinTimes, timesKeyOf } from "../../src/models/time-log.ts";
import { modelSpec } from "../support/lab-world.ts";

function modelTaking(latencyMs: number, over: Partial<Completion> = {}): LanguageModel {
  const usage = { inputTokens: 9, outputTokens: 4 };
  return {
    provider: "test",
    modelId: "m",
    complete: async () => ({ text: "", toolCalls: [], finishReason: "stop", usage, latencyMs, ...over }),
  };
}

const spec = modelSpec({ name: "m", provider: "openai", baseUrl: "https://user:secret@host/v1?key=k" });
const messages = [{ role: "user", content: "?" }] as const;

test("answers and reflections are timed apart, under a key without secrets", async () => {
  const log = createTimeLog();
  const model = log.timedModel(spec, modelTaking(100));
  await model.complete({ messages });
  await log.timedModel(spec, modelTaking(300)).complete({ messages });
  await log.timedModel(spec, modelTaking(9000)).complete({ messages, isLong: true });
  expect(timesKeyOf(spec)).toBe("openai https://host/v1 m");
  expect(log.times).toEqual({
    "openai https://host/v1 m": {
      answers: { calls: 2, meanMs: 200, meanOutputTokens: 4 },
      reflections: { calls: 1, meanMs: 9000, meanOutputTokens: 4 },
    },
  });
});

test("stored answers, a fallback's answers and rule-based models are not timed", async () => {
  const log = createTimeLog();
  await log.timedModel(spec, modelTaking(100, { origin: "cache" })).complete({ messages });
  await log.timedModel(spec, modelTaking(100, { origin: "journal" })).complete({ messages });
  await log.timedModel(spec, modelTaking(100, { answeredBy: "other" })).complete({ messages });
  await log.timedModel({ ...spec, provider: "offline" }, modelTaking(100)).complete({ messages });
  expect(log.times).toEqual({});
});

test("many old answers do not hide that an endpoint became faster", () => {
  const old = { calls: 1_000_000, meanMs: 1000, meanOutputTokens: 1 };
  const { meanMs } = joinTimes(old, { calls: 200, meanMs: 100, meanOutputTokens: 1 });
  expect(meanMs).toBe(550);
});
