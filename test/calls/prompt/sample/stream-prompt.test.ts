import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { PromptCallDelta, PromptCallStream } from "../../../../src/calls/prompt/prompt-call.ts";
import { streamPrompt } from "../../../../src/calls/prompt/sample/stream-prompt.ts";
import { always, faultsAt, serverFault } from "../../../support/loopback-faults.ts";
import { type CallWorld, openCallWorld } from "../call-world.ts";

let world: CallWorld;
afterEach(() => world.close());

async function piecesOf(stream: PromptCallStream): Promise<readonly PromptCallDelta[]> {
  const pieces: PromptCallDelta[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(5);
}

describe("a streamed call", () => {
  it("yields the text in pieces, each with its ids, the log in the last", async () => {
    world = await openCallWorld({
      answer: () => ({ text: "one two three", usage: { input: 5, output: 3 } }),
    });
    const { version } = await world.file("Count to {{n}}");
    const { deltas, response } = await world.read({ inputs: { n: 3 }, logId: "log_a" });
    expect(world.server.requests[0]?.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
    const head = { index: 0, id: "log_a", promptId: version.promptId, versionId: version.versionId };
    expect(deltas).toEqual([
      { ...head, output: "one " },
      { ...head, output: "two " },
      { ...head, output: "three" },
      { ...head, output: "", log: response.logs[0] },
    ]);
    expect(response).toMatchObject({ output: "one two three", promptTokens: 5, outputTokens: 3 });
    expect(world.traces).toMatchObject([
      {
        traceId: "log_a",
        output: "one two three",
        providerResponse: { object: "chat.completion", choices: [{ message: { content: "one two three" } }] },
      },
    ]);
  });

  it("yields samples as they arrive, identified by index", async () => {
    world = await openCallWorld({ answer: (_, index) => `a${index} b${index} c${index}` });
    await world.file("Hi");
    const { deltas, response } = await world.read({ numSamples: 3 });
    for (const { index, output, id } of response.logs) {
      const own = deltas.filter((delta) => delta.index === index);
      expect(own.map((delta) => delta.output).join("")).toBe(output);
      expect(new Set(own.map((delta) => delta.id))).toEqual(new Set([id]));
      expect(own.filter(({ log }) => log !== undefined)).toHaveLength(1);
    }
    expect(response.logs.map(({ output }) => output).sort()).toEqual(["a0 b0 c0", "a1 b1 c1", "a2 b2 c2"]);
  });

  it("that is left early ends at the provider, and is logged with what arrived", async () => {
    world = await openCallWorld({
      answer: () => "one two three four",
      faults: always({ kind: "stall", events: 3 }),
    });
    await world.file("Hi");
    const stream = await streamPrompt(world.services, { path: "x", numSamples: 2 });
    for await (const { output } of stream) {
      expect(output).toBe("one ");
      break;
    }
    await expect(stream.response).rejects.toMatchObject({ kind: "aborted" });
    expect(world.traces.map(({ error }) => error)).toEqual([
      expect.stringContaining("the call was stopped before"),
      expect.stringContaining("the call was stopped before"),
    ]);
    // The other sample may not have produced anything yet.
    expect(world.traces.map(({ output }) => output)).toContainEqual(expect.stringMatching(/^one (two )?$/));
  });

  it("that is aborted reports it in its last pieces, and is logged, read or not", async () => {
    world = await openCallWorld({ answer: () => "one two", faults: always({ kind: "stall", events: 2 }) });
    await world.file("Hi");
    const controller = new AbortController();
    const read = await streamPrompt(world.services, { path: "x", signal: controller.signal });
    const unread = await streamPrompt(world.services, { path: "x", signal: controller.signal });
    await Promise.all([read.opened, unread.opened]);
    controller.abort();
    const deltas = await piecesOf(read);
    expect(deltas.map(({ output, error }) => [output, error?.kind])).toEqual([
      ["one ", undefined],
      ["", "aborted"],
    ]);
    await until(() => world.traces.length === 2);
    expect(world.traces).toMatchObject([{ output: "one " }, { output: "one " }]);
    await expect(unread.response).rejects.toMatchObject({ kind: "aborted" });
  });

  it("given up before it began calls no generator", async () => {
    world = await openCallWorld();
    await world.file("Hi");
    const stream = await streamPrompt(world.services, { path: "x", signal: AbortSignal.abort() });
    await expect(stream.opened).rejects.toMatchObject({ kind: "aborted" });
    expect(world.server.count).toBe(0);
    expect(world.traces).toHaveLength(1);
  });

  it("reports at once when it is open, and when no sample will open", async () => {
    world = await openCallWorld({
      answer: () => "one",
      faults: faultsAt({ 0: { kind: "status", status: 400 } }),
    });
    await world.file("Hi");
    const some = await streamPrompt(world.services, { path: "x", numSamples: 2 });
    await some.opened;
    const deltas = await piecesOf(some);
    const response = await some.response;
    expect(response.logs.map(({ error }) => error !== null).sort()).toEqual([false, true]);
    expect(deltas.filter(({ error }) => error !== undefined)).toHaveLength(1);
    await world.close();

    world = await openCallWorld({ faults: always({ kind: "status", status: 400 }) });
    await world.file("Hi");
    const none = await streamPrompt(world.services, { path: "x", numSamples: 2 });
    await expect(none.opened).rejects.toMatchObject({ code: "model_failed", status: 400 });
    expect(world.server.count).toBe(2);
  });
});

describe("a stream that breaks", () => {
  const text = "one two three four";
  it.each([
    ["with a dropped socket", { kind: "cut-stream", events: 3, isDropped: true }, "connection"],
    ["with a clean end too soon", { kind: "cut-stream", events: 3, isDropped: false }, "connection"],
    [
      "with an error among its events",
      { kind: "stream-error", events: 3, error: { message: "overloaded" } },
      "server",
    ],
  ] as const)("%s is logged with what came, and not asked for again", async (_, fault, kind) => {
    world = await openCallWorld({ answer: () => text, faults: always(fault) });
    await world.file("Hi");
    const stream = await streamPrompt(world.services, { path: "x" });
    const deltas = await piecesOf(stream);
    expect(deltas.map(({ output }) => output).join("")).toBe("one two ");
    expect(deltas.at(-1)).toMatchObject({ error: { kind }, log: { output: "one two ", finishReason: null } });
    await expect(stream.response).rejects.toMatchObject({ kind });
    expect(world.server.count).toBe(1);
    expect(world.traces).toMatchObject([{ output: "one two ", error: deltas.at(-1)?.log?.error }]);
    expect(world.traces[0]).not.toHaveProperty("finishReason");
  });

  it("before its first piece is retried as often as by the provider's own client", async () => {
    const retryNow = (status: number) => ({ ...serverFault(status), headers: { "retry-after-ms": "1" } });
    world = await openCallWorld({
      answer: () => text,
      faults: faultsAt({ 0: retryNow(500), 1: retryNow(503) }),
    });
    await world.file("Hi");
    expect((await world.read()).response.output).toBe(text);
    expect(world.server.count).toBe(3);
  });
});
