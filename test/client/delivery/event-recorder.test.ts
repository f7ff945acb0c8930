import { describe, expect, it } from "vitest";
import { createEventRecorder, type RecorderServices } from "../../../src/client/delivery/event-recorder.ts";
import type { EventSink } from "../../../src/client/delivery/post-queue.ts";
import type { FinishedCall } from "../../../src/client/record/recorded-call.ts";
import type { TraceLosses } from "../../../src/contracts/trace-store.ts";
import { createMemoryTraces } from "../../support/memory-traces.ts";

function openRecorder(redactsPii: boolean, given: Partial<RecorderServices> = {}) {
  const store = createMemoryTraces();
  const chains: unknown[] = [];
  const losses: TraceLosses[] = [];
  const works: Promise<void>[] = [];
  const sink: EventSink = {
    ...store,
    updateChain: (id, result) => chains.push([id, result]),
    giveUp: () => {},
  };
  const recorder = createEventRecorder(
    { environment: undefined, redactsPii, waitsForEvent: false },
    {
      openSink: async () => sink,
      openRedactor: async () => ({
        text: () => {
          throw new Error("no: jane@example.com");
        },
        json: () => {
          throw new Error("no");
        },
        trace: () => {
          throw new Error("no: jane@example.com");
        },
      }),
      begin: (work) => works.push(work),
      settled: async () => void (await Promise.all(works)),
      onLoss: (lost) => losses.push(lost),
      ...given,
    },
  );
  return { recorder, store, chains, losses };
}

const call: FinishedCall = {
  endpoint: "chat",
  name: "p",
  settings: {
    promptName: "p",
    templateParams: undefined,
    templateChat: undefined,
    templateText: undefined,
    chatId: undefined,
    chainId: undefined,
    parentId: undefined,
    eventId: "e",
    feedbackKey: "f",
    context: undefined,
  },
  used: undefined,
  request: '{"model":"m","messages":[{"role":"user","content":"jane@example.com"}]}',
  answer: "{}",
  provider: "openai",
  secrets: () => [],
  startedAt: new Date(0),
  endedAt: new Date(5),
  latencyMs: 5,
  providerLatencyMs: 4,
  attempts: 1,
};

describe("a recorder whose redaction fails", () => {
  it("stores nothing of it, counts it, and reveals none of its content", async () => {
    const { recorder, store, chains, losses } = openRecorder(true);
    await recorder.keep(call);
    await recorder.addFeedback("f", { betterResponse: "jane@example.com", at: "now" });
    await recorder.updateChain("c", "jane@example.com");
    expect(await recorder.flush()).toEqual({ count: 3, reason: "redaction failed" });
    expect([store.kept, store.feedback, chains]).toEqual([[], [], []]);
    expect(losses.map(({ count }) => count)).toEqual([1, 2, 3]);
    expect(JSON.stringify(losses)).not.toContain("jane");
  });

  it("loses the same if the redactor cannot be loaded", async () => {
    const { recorder, store } = openRecorder(true, { openRedactor: () => Promise.reject(new Error("no")) });
    await recorder.keep(call);
    expect(await recorder.flush()).toEqual({ count: 1, reason: "redaction failed" });
    expect(store.kept).toEqual([]);
  });
});

describe("a recorder", () => {
  it("works after the caller has continued", async () => {
    const { recorder, store } = openRecorder(false);
    const kept = recorder.keep(call);
    await Promise.resolve();
    expect(store.kept).toEqual([]);
    await kept;
    expect(store.kept).toHaveLength(1);
  });

  it("counts what cannot be converted to JSON, and continues", async () => {
    const { recorder, store } = openRecorder(false);
    await recorder.keep({ ...call, request: { big: 1n } });
    await recorder.keep(call);
    expect(await recorder.flush()).toEqual({ count: 1, reason: "the call could not be serialized" });
    expect(store.kept).toHaveLength(1);
  });

  it("stores nothing when it cannot determine which keys to remove", async () => {
    const { recorder, store } = openRecorder(false);
    const secrets = () => {
      throw new Error("odd headers");
    };
    await recorder.keep({ ...call, secrets });
    expect(await recorder.flush()).toMatchObject({ count: 1 });
    expect(store.kept).toEqual([]);
  });

  it("counts events without a destination", async () => {
    const { recorder } = openRecorder(false, { openSink: () => Promise.reject(new Error("/home/jane")) });
    await recorder.keep(call);
    expect(await recorder.flush()).toEqual({ count: 1, reason: "the call could not be serialized" });
  });
});
