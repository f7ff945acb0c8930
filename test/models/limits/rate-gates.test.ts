import { afterEach, describe, expect, it } from "vitest";
import type { RunnerEvent } from "../../../src/contracts/events.ts";
import { ModelError } from "../../../src/core/errors.ts";
import { type Clock, systemClock } from "../../../src/models/clock.ts";
import { buildModel } from "../../../src/models/stack.ts";
import { createStackServices } from "../../../src/models/stack-services.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { type Fault, type FaultPlan, rateLimited } from "../../support/loopback-faults.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../../support/loopback-openai.ts";
import { modelCatalog, modelSpec, noSecrets } from "../../support/model-specs.ts";
import { modelErrorOf } from "../../support/scripted-model.ts";

let server: LoopbackOpenAI | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function open(
  faults: FaultPlan,
  { concurrency = 8, patienceMs = 300_000, retries = 0, clock = createFakeClock() as Clock } = {},
) {
  server = await startLoopbackOpenAI({ faults });
  const events: RunnerEvent[] = [];
  const services = createStackServices({
    ...{ concurrency, clock, catalog: modelCatalog, models: {}, random: () => 0 },
    listener: (event) => events.push(event),
  });
  const spec = modelSpec({ baseUrl: server.baseUrl, retries, rateLimitPatienceMs: patienceMs });
  const model = await buildModel(spec, noSecrets, services);
  const ask = (row: number) => model.complete({ messages: [{ role: "user", content: `row ${row}` }] });
  return { ask, clock: clock as FakeClock, events, server };
}

const rows = (count: number) => Array.from({ length: count }, (_, row) => row);

describe("a rate limit", () => {
  it("is waited for by all calls together, and does not count as an attempt", async () => {
    const limited = { ...rateLimited(), headers: { "retry-after-ms": "900" } } as Fault;
    const { ask, events, server } = await open((index) => (index < 8 ? limited : undefined), {
      clock: systemClock,
    });
    const startedAt = performance.now();
    const answers = await Promise.all(rows(40).map(ask));
    expect(answers.every(({ text }) => text === "ok")).toBe(true);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    // Those in progress at the first refusal; after the wait, each row once.
    expect(server.count).toBe(48);
    expect(events[0]).toMatchObject({ type: "waiting", model: "gpt-4o-mini", seconds: 0.9 });
    // Reported again only if a late refusal of the same burst extends the wait.
    expect(events.length).toBeLessThan(4);
  });

  it("is tried by one call first", async () => {
    const { ask, server } = await open((index) => (index < 12 ? rateLimited(20) : undefined));
    await Promise.all(rows(40).map(ask));
    // Eight in flight, then one at a time until one is answered.
    expect(server.count).toBe(52);
  });

  it("longer than the maximum wait ends at once, without another request", async () => {
    const { ask, clock, server } = await open(() => rateLimited(3600));
    const errors = await Promise.all(rows(40).map((row) => modelErrorOf(ask(row))));
    expect(new Set(errors.map(({ kind }) => kind))).toEqual(new Set(["rate_limit_exceeded"]));
    expect(errors[0]?.message).toContain(
      "asks for a wait of 3600 s, longer than rate_limit_patience_seconds (300)",
    );
    expect(errors[0]?.message.match(/asks for a wait/g)).toHaveLength(1);
    expect(server.count).toBe(8);
    expect(clock.sleeps).toEqual([]);
  });

  it("ends when the patience is over, without a success between", async () => {
    const { ask, clock, server } = await open(() => rateLimited(100));
    const error = await modelErrorOf(ask(0));
    expect(error).toMatchObject({ kind: "rate_limit_exceeded", code: "model_rate_limit", status: 429 });
    expect(clock.sleeps).toEqual([100_000, 100_000, 100_000]);
    expect(server.count).toBe(4);
  });

  it("resets its patience after an answer", async () => {
    const { ask, clock } = await open((index) => (index % 2 === 0 ? rateLimited(200) : undefined));
    for (const row of rows(5)) expect((await ask(row)).text).toBe("ok");
    expect(clock.sleeps).toEqual(rows(5).map(() => 200_000));
  });

  it("without a hint is waited for longer and longer", async () => {
    const { ask, clock } = await open((index) => (index < 8 ? rateLimited() : undefined));
    await ask(0);
    expect(clock.sleeps).toEqual([50, 100, 200, 400, 800, 1600, 3200, 6400]);
  });

  it("is not waited for by a call that is stopped", async () => {
    const { ask } = await open(() => rateLimited(3), { patienceMs: 0 });
    expect(await modelErrorOf(ask(0))).toBeInstanceOf(ModelError);
  });
});
