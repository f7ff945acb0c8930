import { zodResponseFormat } from "openai/helpers/zod";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { TraceStore } from "../../src/contracts/trace-store.ts";
import { UsageError } from "../../src/core/errors.ts";
import { type ClientWorld, openClientWorld } from "./client-world.ts";

let world: ClientWorld;
const model = "gpt-4o-mini";
const messages = [{ role: "user" as const, content: "Say hello" }];
const named = { daoOpt: { feedbackKey: "my-key" } };

beforeEach(async () => {
  world = await openClientWorld({ answer: () => ({ text: '{"a":1} or so' }) });
});

afterEach(() => world.close());

interface Keyed {
  readonly daoOpt?: { readonly feedbackKey: string };
  readonly libretto?: { readonly feedbackKey: string };
  readonly libretto_feedback_key?: string;
}

function expectKey(answer: unknown, key: string): void {
  const keyed = answer as Keyed;
  expect(keyed.daoOpt?.feedbackKey).toBe(key);
  expect(keyed.libretto?.feedbackKey).toBe(key);
  expect(keyed.libretto_feedback_key).toBe(key);
  expect(JSON.stringify(answer)).not.toContain(key);
  expect(Object.keys(answer as object)).not.toContain("daoOpt");
}

describe("the feedback key", () => {
  it("is on answers of every endpoint, and matches the trace", async () => {
    const { client } = world;
    expectKey(await client.chat.completions.create({ model, messages, ...named }), "my-key");
    expectKey(await client.completions.create({ model, prompt: "x", ...named }), "my-key");
    expectKey(await client.responses.create({ model, input: "x", ...named }), "my-key");
    const { data } = await client.chat.completions.create({ model, messages }).withResponse();
    expectKey(data, data.daoOpt?.feedbackKey ?? "none");
    const keys = (await world.traces()).map(({ feedbackKey }) => feedbackKey);
    expect(keys).toEqual(["my-key", "my-key", "my-key", data.libretto_feedback_key]);
  });

  it("is on every chunk", async () => {
    const { client } = world;
    let chunks = 0;
    for await (const chunk of await client.chat.completions.create({
      model,
      messages,
      stream: true,
      ...named,
    })) {
      expectKey(chunk, "my-key");
      chunks++;
    }
    for await (const event of await client.responses.create({ model, input: "x", stream: true, ...named })) {
      expectKey(event, "my-key");
      chunks++;
    }
    expect(chunks).toBeGreaterThan(8);
  });

  it("is on answers that helpers build", async () => {
    await world.close();
    world = await openClientWorld({ answer: () => ({ text: '{"a":1}' }) });
    const { client } = world;
    const format = { response_format: zodResponseFormat(z.object({ a: z.number() }), "a") };
    const parsed = await client.chat.completions.parse({ model, messages, ...format, ...named });
    expect(parsed.choices[0]?.message.parsed).toEqual({ a: 1 });
    expectKey(parsed, "my-key");
    expectKey(await client.responses.parse({ model, input: "x", ...named }), "my-key");
    const runner = client.chat.completions.stream({ model, messages, ...named });
    expectKey(await runner.finalChatCompletion(), "my-key");
    expectKey(await client.responses.stream({ model, input: "x", ...named }).finalResponse(), "my-key");
    const tools = client.chat.completions.runTools({ model, messages, tools: [], ...named });
    expectKey(await tools.finalChatCompletion(), "my-key");
    expect(await world.traces()).toHaveLength(5);
  });

  it("of an answer built by a helper is that of the last call", async () => {
    const { client } = world;
    const final = (await client.chat.completions.stream({ model, messages }).finalChatCompletion()) as Keyed;
    expect(final.daoOpt?.feedbackKey).toBe((await world.traces())[0]?.feedbackKey);
  });
});

describe("sendFeedback", () => {
  it("records a rating, a better answer, or both, and retracts them", async () => {
    const { client, store } = world;
    await client.sendFeedback({
      feedbackKey: "k1",
      rating: 0.2,
      betterResponse: "Good day",
      comment: "stiff",
    });
    await client.sendFeedback({ feedbackKey: "k2", rating: 0 });
    await client.sendFeedback({ feedback_key: "k3", better_response: "Hi" } as never);
    await client.sendFeedback({ feedbackKey: "k1", isDeleted: true });
    await client.flush();
    const at = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(store.feedback).toEqual([
      { key: "k1", feedback: { rating: 0.2, betterResponse: "Good day", comment: "stiff", at } },
      { key: "k2", feedback: { rating: 0, at } },
      { key: "k3", feedback: { betterResponse: "Hi", at } },
      { key: "k1", feedback: { isDeleted: true } },
    ]);
  });

  it.each([-0.1, 1.1, Number.NaN])("rejects a rating of %s", async (rating) => {
    await expect(world.client.sendFeedback({ feedbackKey: "k", rating })).rejects.toThrow(UsageError);
    expect((await world.client.flush()).count).toBe(0);
    expect(world.store.feedback).toEqual([]);
  });

  it("without a key warns and does not throw", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    await world.client.sendFeedback({ feedbackKey: undefined, rating: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", warned);
    expect(warned).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ name: "DaoOptWarning", message: expect.stringContaining("feedbackKey") }),
    );
    expect(world.store.feedback).toEqual([]);
  });
});

describe("updateChain", () => {
  it("ends the chain with a trace of its result", async () => {
    const { client } = world;
    const chainId = "5b3f1c6e-3b1a-7d43-9a3e-111111111111";
    await client.chat.completions.create({ model, messages, daoOpt: { chainId } });
    await client.updateChain(chainId, { found: true });
    const traces = await world.traces();
    expect(traces.map((trace) => trace.chainId)).toEqual([chainId, chainId]);
    expect(traces[1]).toMatchObject({ name: "chain_result", output: '{"found":true}' });
  });
});

describe("flush", () => {
  it("reports what a store lost, and what never reached it", async () => {
    const broken: Pick<TraceStore, "append" | "addFeedback" | "flush" | "close"> = {
      append: () => {
        throw new Error("no");
      },
      addFeedback: () => {},
      flush: async () => ({ count: 3, reason: "disk full" }),
      close: async () => ({ count: 3 }),
    };
    const client = world.client.withOptions({ daoOpt: { store: broken } });
    const warnings: string[] = [];
    const note = ({ message }: Error) => warnings.push(message);
    process.on("warning", note);
    expect((await client.chat.completions.create({ model, messages })).choices).toHaveLength(1);
    expect(await client.flush()).toEqual({ count: 4, reason: "disk full" });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual(["dao-opt/openai: 1 event was not recorded: the call could not be serialized"]);
  });
});
