import * as sdk from "openai";
import { describe, expect, it } from "vitest";
import * as recordingModule from "../../src/client/openai.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { createMemoryTraces } from "../support/memory-traces.ts";
import { type AnyClient, azurePair, clientPair } from "./client-world.ts";
import { type SdkCall, sdkCalls } from "./sdk-calls.ts";

type Pair = (
  server: LoopbackOpenAI,
  store: ReturnType<typeof createMemoryTraces> | undefined,
) => Readonly<Record<"official" | "recording", (from: typeof sdk) => AnyClient>>;

/** The result or error of a call, without parts that differ between runs. */
async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return { given: await run() };
  } catch (error) {
    const { name, message, ...rest } = error as Error & Readonly<Record<string, unknown>>;
    const { headers: _, cause: __, ...fields } = rest;
    return { thrown: { class: (error as object).constructor, name, message, ...fields } };
  }
}

async function runAgainst(call: SdkCall, pair: Pair, who: "official" | "recording", isNamed: boolean) {
  const server = await startLoopbackOpenAI({
    ...(call.answer === undefined ? {} : { answer: call.answer }),
    ...(call.faults === undefined ? {} : { faults: call.faults }),
  });
  const store = createMemoryTraces();
  try {
    const client = pair(server, isNamed ? store : undefined)[who](sdk);
    const outcome = await outcomeOf(() => call.run(client, server));
    if ("flush" in client) await (client as { flush(): Promise<unknown> }).flush();
    const wire = server.requests.map(({ method, path, headers: { host: _, ...headers }, body }) => ({
      method,
      path,
      headers,
      body,
    }));
    return { outcome, wire: call.isWireTimed === true ? [] : wire, traces: store.kept };
  } finally {
    await server.close();
  }
}

// The SDK's Azure client cannot be derived from: it loses its API version.
const suites: readonly (readonly [string, Pair, readonly SdkCall[]])[] = [
  ["OpenAI", clientPair as Pair, sdkCalls],
  ["AzureOpenAI", azurePair as Pair, sdkCalls.filter(({ name }) => name !== "chat through withOptions")],
];

it("Client is the default export by the name that libretto-openai has for it", () => {
  expect(recordingModule.Client).toBe(recordingModule.default);
  expect(recordingModule.Client).toBe(recordingModule.OpenAI);
});

describe.each(suites)("%s", (_, pair, calls) => {
  it.each(calls)("$name: gives, throws and sends what the SDK's client does", async (call) => {
    const official = await runAgainst(call, pair, "official", true);
    const recording = await runAgainst(call, pair, "recording", true);
    expect(recording.outcome).toStrictEqual(official.outcome);
    expect(recording.wire).toStrictEqual(official.wire);
    expect(recording.traces).toHaveLength(call.traces);
    for (const trace of recording.traces) expect(trace.name).toBe("greeting");
  });

  it.each(calls)("$name: unnamed, too, and records nothing", async (call) => {
    const official = await runAgainst(call, pair, "official", false);
    const recording = await runAgainst(call, pair, "recording", false);
    expect(recording.outcome).toStrictEqual(official.outcome);
    expect(recording.wire).toStrictEqual(official.wire);
    expect(recording.traces).toEqual([]);
  });
});
