import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Completion, UnusedAttempt } from "../../src/contracts/language-model.ts";
import type { ModelSpec } from "../../src/contracts/model-spec.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { ChatMessage } from "../../src/core/prompt/message.ts";
import { buildModel } from "../../src/models/stack.ts";
import { createStackServices } from "../../src/models/stack-services.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { modelCatalog, modelSpec, noSecrets } from "../support/model-specs.ts";
import { quirkTables } from "../support/quirks/all-quirks.ts";
import type { Expected, Quirk } from "../support/quirks/quirk.ts";

/** The result of the last call, and the cost of all calls. */
interface Met {
  readonly outcome: Completion | ModelError;
  readonly server: LoopbackOpenAI;
  readonly unused: readonly UnusedAttempt[];
  readonly answered: number;
  readonly waitedMs: number;
}

const question: ChatMessage = { role: "user", content: "Is this positive or negative? I love it." };
const instruction: ChatMessage = { role: "system", content: "Answer with one word." };

async function meet(quirk: Quirk): Promise<Met> {
  const server = await startLoopbackOpenAI({ respond: quirk.respond });
  try {
    const clock = createFakeClock();
    const services = createStackServices({
      concurrency: 8,
      catalog: modelCatalog,
      models: {},
      clock,
      random: () => 1,
    });
    const spec: ModelSpec = modelSpec({
      baseUrl: server.baseUrl,
      parameters: quirk.parameters ?? {},
      ...quirk.spec,
    });
    const model = await buildModel(spec, noSecrets, services);
    const unused: UnusedAttempt[] = [];
    let answered = 0;
    let outcome: Completion | ModelError | undefined;
    for (let repeat = 0; repeat < (quirk.calls ?? 1); repeat++) {
      outcome = await model
        .complete({
          messages: quirk.hasSystem === true ? [instruction, question] : [question],
          repeat,
          onUnused: (attempt) => unused.push(attempt) > 0,
        })
        .catch((error: unknown) => {
          if (error instanceof ModelError) return error;
          throw error;
        });
      if (!(outcome instanceof ModelError)) answered++;
    }
    if (outcome === undefined) throw new Error("no call was made");
    const waitedMs = clock.sleeps.reduce((sum, sleep) => sum + sleep, 0);
    return { outcome, server, unused, answered, waitedMs };
  } finally {
    await server.close();
  }
}

function checkAnswer(outcome: Completion | ModelError, expected: Expected): void {
  if (outcome instanceof ModelError) throw outcome;
  const { kind, text, reasoning, toolCalls, usage, atLeast, isEstimated, adapted } = expected;
  if (kind !== undefined) expect([kind].flat()).toContain(outcome.kind);
  if (text !== undefined) expect(outcome.text).toBe(text);
  if (reasoning !== undefined) expect(outcome.reasoning ?? null).toBe(reasoning);
  if (toolCalls !== undefined) expect(outcome.toolCalls).toMatchObject(toolCalls);
  if (usage !== undefined) expect(outcome.usage).toMatchObject(usage);
  if (atLeast !== undefined) {
    expect(outcome.usage.inputTokens).toBeGreaterThanOrEqual(atLeast.inputTokens);
    expect(outcome.usage.outputTokens).toBeGreaterThanOrEqual(atLeast.outputTokens);
    // Everything here is at most a few hundred tokens long.
    expect(outcome.usage.outputTokens).toBeLessThan(1_000_000);
  }
  if (isEstimated !== undefined) expect(outcome.isEstimated ?? false).toBe(isEstimated);
  if (adapted !== undefined) for (const name of adapted) expect(String(outcome.adapted)).toContain(name);
}

function checkError(outcome: Completion | ModelError, expected: NonNullable<Expected["error"]>): void {
  if (!(outcome instanceof ModelError)) throw new Error(`answered: ${JSON.stringify(outcome)}`);
  expect([expected.kind].flat()).toContain(outcome.kind);
  if (expected.isFatal !== undefined) expect(outcome.isFatal).toBe(expected.isFatal);
  if (expected.matches !== undefined) expect(outcome.message).toMatch(expected.matches);
  if (expected.hides !== undefined) expect(outcome.message).not.toMatch(expected.hides);
}

function checkAccount({ server, unused, answered, waitedMs, outcome }: Met, expected: Expected): void {
  const [least, most] =
    typeof expected.requests === "number" ? [expected.requests, expected.requests] : expected.requests;
  expect(server.count, "requests").toBeGreaterThanOrEqual(least);
  expect(server.count, "requests").toBeLessThanOrEqual(most);
  if (expected.billable !== undefined) {
    expect(server.billable, "the server's own count").toBe(expected.billable);
    // Withheld with a 4xx: an answer that is not billed.
    const free = !(outcome instanceof ModelError) && outcome.isUnbilled === true ? 1 : 0;
    expect(answered - free + unused.length, "billed attempts as reported").toBe(expected.billable);
  }
  if (expected.unusedTokens !== undefined) {
    const sum = (name: "inputTokens" | "outputTokens") => unused.reduce((all, one) => all + one[name], 0);
    const booked = { inputTokens: sum("inputTokens"), outputTokens: sum("outputTokens") };
    expect(booked, "booked for nothing").toEqual(expected.unusedTokens);
  }
  if (expected.waitsMs !== undefined) {
    expect(waitedMs, "waited").toBeGreaterThanOrEqual(expected.waitsMs);
    expect(waitedMs, "waited").toBeLessThanOrEqual(expected.waitsMs * 1.5);
  }
  if (expected.waitsAtMostMs !== undefined) expect(waitedMs).toBeLessThanOrEqual(expected.waitsAtMostMs);
  const last = server.requests.at(-1)?.body;
  for (const [name, value] of Object.entries(expected.lastRequest ?? {})) expect(last?.[name]).toEqual(value);
}

// The client is loaded on first use, which must not count for any row.
let first: LoopbackOpenAI;
beforeAll(async () => {
  first = await startLoopbackOpenAI();
  await meet({
    id: "",
    provider: "",
    what: "",
    source: "",
    respond: () => undefined,
    expect: { requests: 1 },
  });
});
afterAll(() => first.close());

describe.each(Object.entries(quirkTables))("%s", (_, quirks) => {
  it.each(quirks.map((quirk) => [quirk.id, quirk] as const))("%s", async (_id, quirk) => {
    const met = await meet(quirk);
    const { expect: expected } = quirk;
    if (expected.error === undefined) checkAnswer(met.outcome, expected);
    else checkError(met.outcome, expected.error);
    checkAccount(met, expected);
  });
});

it("has unique row names, and each row names its source", () => {
  const rows = Object.values(quirkTables).flat();
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(rows.filter(({ source, what, provider }) => [source, what, provider].includes(""))).toEqual([]);
});
