import { OpenAI as Official } from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { type PassedCall, traceOfCall } from "../../src/calls/proxy/record-call.ts";
import { OpenAI } from "../../src/client/openai.ts";
import type { Generation } from "../../src/contracts/prompt-model.ts";
import { isUsable } from "../../src/core/answer/answer.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { Trace } from "../../src/core/trace.ts";
import { createPromptModelOpener } from "../../src/models/open-prompt-model.ts";
import { openaiProvider } from "../../src/models/openai/openai-model.ts";
import { createOfflineTransport } from "../../src/offline/offline-transport.ts";
import { answerOfTrace, unusableReason } from "../../src/traces/answer-of-trace.ts";
import { datasetRecordOf } from "../../src/traces/dataset-record.ts";
import { createMemoryTraces } from "../support/memory-traces.ts";
import { modelSpec, secretsOf } from "../support/model-specs.ts";
import { answerShapes, faultShapes } from "../support/provider-shapes.ts";
import { eventStream, type RawAnswer, type RawServer, startRawServer } from "../support/raw-server.ts";

const messages = [{ role: "user" as const, content: "2+2?" }];
let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(answer: RawAnswer): Promise<string> {
  server = await startRawServer(() => answer);
  return server.baseUrl;
}

/** The result of a run. */
async function completed(answer: RawAnswer) {
  const spec = modelSpec({ baseUrl: await serve(answer) });
  const model = openaiProvider.create({} as never, { spec, secrets: secretsOf("k") });
  return model.complete({ messages }).catch((error: unknown) => error as ModelError);
}

/** The result of `call` and `serve`, and the pieces they pass on. */
async function generated(answer: RawAnswer, isStreamed = false) {
  const spec = modelSpec({ baseUrl: await serve(answer), retries: 0 });
  const model = await createPromptModelOpener(async () => createOfflineTransport())(spec, secretsOf("k"));
  const pieces: string[] = [];
  const generation = model.generate({ prompt: messages, parameters: {}, isStreamed });
  for (;;) {
    const { done, value } = await generation.next();
    if (done === true) return { pieces, ...(value as Generation) };
    pieces.push(value as string);
  }
}

/** What the proxy records. */
async function proxied({ status = 200, contentType = "application/json", body }: RawAnswer): Promise<Trace> {
  const call: PassedCall = {
    ...{ endpoint: "chat", provider: "openai", query: "", status, latencyMs: 1 },
    requestHeaders: { "x-dao-opt-prompt": "sums" },
    requestBody: Buffer.from(JSON.stringify({ model: "m", messages })),
    responseHeaders: { "content-type": contentType },
    responseBody: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    startedAt: new Date(0),
    endedAt: new Date(1),
  };
  return traceOfCall(call, "t", () => undefined);
}

/** What the drop-in client records, and what the application receives. */
async function recorded(answer: RawAnswer, isStreamed = false) {
  const baseURL = await serve(answer);
  const store = createMemoryTraces();
  const options = { apiKey: "sk-0123456789abcdef", baseURL, maxRetries: 0 };
  const client = new OpenAI({ ...options, daoOpt: { store, promptName: "sums" } });
  const outcomes = await Promise.all(
    [client, new Official(options)].map(async (one) => {
      const body = { model: "m", messages, stream: isStreamed };
      try {
        const got: unknown = await one.chat.completions.create(body);
        const isStream = typeof got === "object" && got !== null && Symbol.asyncIterator in got;
        if (!isStreamed || !isStream) return JSON.stringify(got);
        const chunks: unknown[] = [];
        for await (const chunk of got as AsyncIterable<unknown>) chunks.push(chunk);
        return JSON.stringify(chunks);
      } catch (error) {
        return String(error);
      }
    }),
  );
  await client.flush();
  const [trace] = store.kept;
  return { trace: trace as Trace, mine: outcomes[0], official: outcomes[1] };
}

describe("an answer as every route reads it", () => {
  it.each(answerShapes)("$name", async ({ body, contentType, kind, text, reasoning }) => {
    const answer = { body, ...(contentType === undefined ? {} : { contentType }) };
    const completion = await completed(answer);
    expect(completion).toMatchObject({ kind, text });
    await server?.close();
    const generation = await generated(answer);
    expect(generation.error).toBeUndefined();
    expect([generation.kind, generation.text ?? ""]).toEqual([kind, text]);
    await server?.close();
    const { trace: client, mine, official } = await recorded(answer);
    expect(mine).toBe(official);
    for (const trace of [await proxied(answer), client]) {
      expect(trace.error).toBeUndefined();
      expect([answerOfTrace(trace).kind, trace.output ?? ""]).toEqual([kind, text]);
      const row = datasetRecordOf({ ...trace, inputs: { x: 1 } });
      expect(row !== undefined).toBe(isUsable(kind as "text"));
      expect(JSON.stringify(row ?? {})).not.toContain("2+2 ");
    }
    for (const { reasoning: thought } of [completion as { readonly reasoning?: string }, generation, client])
      expect(thought).toBe(reasoning);
  });

  it.each(faultShapes)("$name is an error, and no row", async ({ body, contentType, message, code }) => {
    const answer = { body, ...(contentType === undefined ? {} : { contentType }) };
    const failure = await completed(answer);
    expect(failure).toBeInstanceOf(ModelError);
    expect(failure).toMatchObject({ isRetryable: true, billing: "answered" });
    await server?.close();
    const { error } = await generated(answer);
    expect(error?.message).toMatch(message as RegExp);
    await server?.close();
    const { trace: client, mine, official } = await recorded(answer);
    expect(mine).toBe(official);
    for (const trace of [await proxied(answer), client]) {
      expect(trace.error).toMatch(message as RegExp);
      expect(trace.errorCode).toBe(code);
      expect(unusableReason(trace)).toBe("failed");
      expect(datasetRecordOf({ ...trace, inputs: { x: 1 } })).toBeUndefined();
    }
  });

  it("with an error status keeps status, code and message in any format", async () => {
    const error = { message: "Slow down", code: "rate_limit_exceeded" };
    for (const body of [{ error }, [{ error }], error]) {
      const answer = { status: 429, body };
      expect(await proxied(answer)).toMatchObject({
        ...{ error: "HTTP 429: Slow down", errorCode: "rate_limit_exceeded", errorStatus: 429 },
      });
    }
    const { trace } = await recorded({ status: 429, body: { error } });
    expect(trace).toMatchObject({ errorCode: "rate_limit_exceeded", errorStatus: 429 });
    expect(
      await proxied({ status: 502, contentType: "text/html", body: "<html>Bad Gateway</html>" }),
    ).toMatchObject({
      ...{ error: "HTTP 502: <html>Bad Gateway</html>", errorStatus: 502 },
    });
  });

  it("is filtered if a content filter rejected the prompt", async () => {
    const answer = { status: 400, body: { error: { message: "No.", code: "content_filter" } } };
    expect(await completed(answer)).toMatchObject({ kind: "filtered" });
    expect(unusableReason(await proxied(answer))).toBe("filtered");
  });
});

const chunk = (delta: object, finish: string | null = null) => ({
  ...{ id: "c", object: "chat.completion.chunk", created: 1, model: "m" },
  choices: [{ index: 0, delta, finish_reason: finish }],
});

describe("a stream as every route reads it", () => {
  const read = async (chunks: readonly unknown[], hasEndMark = true) => {
    const answer = { contentType: "text/event-stream", body: eventStream(chunks, hasEndMark) };
    const generation = await generated(answer, true);
    await server?.close();
    const { trace, mine, official } = await recorded(answer, true);
    expect(mine).toBe(official);
    return { generation, client: trace, proxy: await proxied(answer) };
  };

  it("is passed on unchanged, and stored without its reasoning", async () => {
    const chunks = [
      chunk({ role: "assistant", content: "<think>2+" }),
      chunk({ content: "2</think>four" }, "stop"),
    ];
    const { generation, client, proxy } = await read(chunks);
    expect(generation.pieces.join("")).toBe("<think>2+2</think>four");
    for (const one of [client, proxy]) expect(one).toMatchObject({ output: "four", reasoning: "2+2" });
    expect(generation).toMatchObject({ text: "four", reasoning: "2+2", kind: "text" });
    expect(generation.message?.content).toBe("<think>2+2</think>four");
  });

  it.each([
    ["reasoning_content", [chunk({ reasoning_content: "2+" }), chunk({ reasoning_content: "2" })]],
    ["reasoning", [chunk({ reasoning: "2+" }), chunk({ reasoning: "2" })]],
    [
      "Mistral's parts",
      [
        chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "2+" }] }] }),
        chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "2" }] }] }),
      ],
    ],
  ])("with %s", async (_, thoughts) => {
    const chunks = [...thoughts, chunk({ content: "fo" }), chunk({ content: "ur" }), chunk({}, "stop")];
    const { generation, client, proxy } = await read(chunks);
    expect(generation.pieces.join("")).toBe("four");
    for (const one of [client, proxy]) expect(one).toMatchObject({ output: "four", reasoning: "2+2" });
    expect(generation).toMatchObject({ text: "four", reasoning: "2+2" });
  });

  it("with one of finish reason and [DONE] is whole, with neither an error", async () => {
    const words = [chunk({ content: "four" })];
    for (const { generation, client, proxy } of [
      await read([...words, chunk({}, "stop")], false),
      await read(words, true),
    ]) {
      expect([generation.error, client.error, proxy.error]).toEqual([undefined, undefined, undefined]);
    }
    const cut = await read(words, false);
    expect(cut.generation.error?.message).toMatch(/ended the stream before the answer was complete/);
    for (const one of [cut.client, cut.proxy]) {
      expect(one).toMatchObject({ output: "four", error: expect.stringMatching(/without a finish reason/) });
      expect(datasetRecordOf({ ...one, inputs: { x: 1 } })).toBeUndefined();
    }
  });

  it("with an error in the middle keeps what arrived, and the error's code", async () => {
    const error = { message: "Provider failed", code: 502 };
    const { generation, client, proxy } = await read([
      chunk({ content: "fo" }),
      { ...chunk({}, "error"), error },
    ]);
    expect(generation.error).toMatchObject({
      message: expect.stringMatching(/Provider failed/),
      providerCode: "502",
    });
    for (const one of [client, proxy]) {
      expect(one).toMatchObject({
        output: "fo",
        error: expect.stringMatching(/Provider failed/),
        errorCode: "502",
      });
    }
  });

  it("skips Azure's chunks without choices or delta, and reads a filter at its end", async () => {
    const { generation, client, proxy } = await read([
      { choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] },
      chunk({ content: "fo" }),
      { id: "", choices: [{ index: 0, finish_reason: null, content_filter_offsets: { check_offset: 1 } }] },
      chunk({}, "content_filter"),
    ]);
    expect(generation).toMatchObject({ kind: "filtered", text: "fo" });
    for (const one of [client, proxy]) expect(unusableReason(one)).toBe("filtered");
  });

  it("that is not a stream is read as a whole", async () => {
    const body = { choices: [{ index: 0, message: { content: "four" }, finish_reason: "stop" }] };
    expect(await generated({ body }, true)).toMatchObject({ text: "four", pieces: ["four"] });
    await server?.close();
    const page = await generated({ contentType: "text/html", body: "<html>Login</html>" }, true);
    expect(page.error?.message).toMatch(/returned no chat completion: <html>Login/);
    await server?.close();
    const fault = await generated({ body: { error: { message: "Down", code: 502 } } }, true);
    expect(fault.error?.message).toMatch(/returned an error 502: Down/);
  });
});
