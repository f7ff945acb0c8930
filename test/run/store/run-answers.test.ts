import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { ModelExchange } from "../../../src/contracts/answer-store.ts";
import { ReplayError } from "../../../src/core/errors.ts";
import { openFolderAnswers } from "../../../src/run/answers/folder-answers.ts";
import { createRunClock } from "../../../src/run/session/run-clock.ts";
import { openJournal } from "../../../src/run/store/journal.ts";
import { readJournal } from "../../../src/run/store/read-journal.ts";
import { openRunAnswers, type RunAnswersOptions } from "../../../src/run/store/run-answers.ts";

const question = {
  kind: "model",
  provider: "openai",
  model: "small",
  parameters: {},
  messages: [{ role: "user", content: "Hello" }],
  repeat: 0,
} as const;
const completion = {
  text: "one",
  toolCalls: [],
  finishReason: "stop",
  usage: { inputTokens: 1, outputTokens: 1 },
  latencyMs: 3,
} as const;
const answered: ModelExchange = { question, completion };
const failed: ModelExchange = { question, failure: { code: "model_failed", message: "x" } };

let folder: string;
let nowMs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dao-opt-answers-"));
  nowMs = 0;
});

function session(options: Partial<RunAnswersOptions> = {}) {
  const journal = openJournal(join(folder, "journal.jsonl"));
  const runClock = createRunClock({ monotonicMs: () => nowMs });
  const answers = openRunAnswers({
    journal,
    keepsFailures: true,
    runClock,
    now: () => new Date(0),
    ...options,
  });
  return { journal, answers, runClock };
}

describe("answers of a run", () => {
  test("a paid answer is charged once more on resume, and free when requested again", async () => {
    const first = session();
    expect(await first.answers.find("a", question)).toBeUndefined();
    await first.answers.put("a", answered, { isShared: true });
    expect(await first.answers.find("a", question)).toEqual({ exchange: answered, origin: "cache" });
    first.journal.close();

    const { answers } = session();
    expect(answers.isRepeating).toBe(true);
    expect(await answers.find("a", question)).toEqual({ exchange: answered, origin: "journal" });
    expect(answers.isRepeating).toBe(false);
    expect(await answers.find("a", question)).toEqual({ exchange: answered, origin: "cache" });
  });

  test("an answer from the shared cache stays free on resume, according to the journal", async () => {
    const cache = openFolderAnswers(join(folder, "cache"));
    cache.put("a", answered);
    await cache.flush();
    const first = session({ cache: openFolderAnswers(join(folder, "cache")) });
    expect(await first.answers.find("a", question)).toEqual({ exchange: answered, origin: "cache" });
    first.journal.close();
    const { answers } = session();
    expect(await answers.find("a", question)).toEqual({ exchange: answered, origin: "cache" });
  });

  test("a failure stands if the run was interrupted, and is repeated if the run had failed", async () => {
    const first = session();
    await first.answers.put("a", failed, { isShared: false });
    first.journal.close();
    expect(await session({ keepsFailures: true }).answers.find("a", question)).toMatchObject({
      origin: "journal",
    });
    expect(await session({ keepsFailures: false }).answers.find("a", question)).toBeUndefined();
  });

  test("the run's time continues from the times of its answers", async () => {
    const first = session();
    nowMs = 5000;
    await first.answers.put("a", answered, { isShared: true });
    first.journal.close();
    nowMs = 90_000;
    const { answers, runClock } = session();
    expect(runClock.elapsedMs()).toBe(0);
    await answers.find("a", question);
    expect(runClock.elapsedMs()).toBe(5000);
    nowMs += 100;
    expect(runClock.elapsedMs()).toBe(5100);
    runClock.moveTo(10);
    expect(runClock.elapsedMs()).toBe(5100);
  });

  const lost = { inputTokens: 4, outputTokens: 8, isLost: true, isEstimated: true };
  const attempt = { estimate: { inputTokens: 4, outputTokens: 8 } };

  test("unanswered attempts are returned once per session until an answer is stored", async () => {
    const first = session();
    await first.answers.attempts?.sending("a", attempt);
    first.journal.close();
    for (const times of [1, 2]) {
      const { answers, journal } = session();
      expect(answers.unclaimed).toHaveLength(times);
      expect(await answers.find("a", question)).toBeUndefined();
      expect(answers.unfiled?.("a")).toEqual(Array.from({ length: times }, () => lost));
      expect([answers.unfiled?.("a"), answers.unclaimed]).toEqual([[], []]);
      await answers.attempts?.sending("a", attempt);
      journal.close();
    }
    const last = session();
    await last.answers.put("a", { ...answered, unused: [lost, lost, lost] }, { isShared: true });
    last.journal.close();
    const { answers } = session();
    expect(await answers.find("a", question)).toMatchObject({ exchange: { unused: [lost, lost, lost] } });
    expect(answers.unfiled?.("a")).toEqual([]);
  });

  test("the cost of a failure that does not stand still counts", async () => {
    const first = session();
    const billed = { inputTokens: 1, outputTokens: 0 };
    await first.answers.put("a", { ...failed, unused: [billed] }, { isShared: false });
    first.journal.close();
    const { answers } = session({ keepsFailures: false });
    expect(await answers.find("a", question)).toBeUndefined();
    expect(answers.unfiled?.("a")).toEqual([billed]);
  });

  test("a replay sends nothing and records no attempts", async () => {
    const first = session();
    await first.answers.put("a", answered, { isShared: true });
    first.journal.close();
    const content = readJournal(join(folder, "journal.jsonl"));
    const journal = openJournal(join(folder, "copy.jsonl"));
    expect(session({ journal, replay: { run: "r_1", ...content } }).answers.attempts).toBeUndefined();
  });

  test("a replay copies the answers it uses and names missing ones", async () => {
    const first = session();
    await first.answers.put("a", answered, { isShared: true });
    first.journal.close();
    const content = readJournal(join(folder, "journal.jsonl"));
    const journal = openJournal(join(folder, "copy.jsonl"));
    const { answers } = session({ journal, replay: { run: "r_1", ...content } });
    expect(await answers.find("a", question)).toEqual({ exchange: answered, origin: "journal" });
    expect([...readJournal(join(folder, "copy.jsonl")).records.keys()]).toEqual(["a"]);
    const missing = answers.find("0123456789abcdef", question);
    await expect(missing).rejects.toBeInstanceOf(ReplayError);
    await expect(missing).rejects.toThrow(
      'the journal of r_1 has no answer to call 0123456789ab (small: "Hello")',
    );
  });
});
