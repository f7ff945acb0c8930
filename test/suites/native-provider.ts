import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Completion, CompletionRequest } from "../../src/contracts/language-model.ts";
import type { ModelSpec } from "../../src/contracts/model-spec.ts";
import type { Generation } from "../../src/contracts/prompt-model.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { ChatMessage } from "../../src/core/prompt/message.ts";
import { builtinModels } from "../../src/models/index.ts";
import { createPromptModelOpener } from "../../src/models/open-prompt-model.ts";
import { buildModel } from "../../src/models/stack.ts";
import { createStackServices } from "../../src/models/stack-services.ts";
import { createCatalog } from "../../src/plugins/catalog.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";
import { modelSpec, secretsOf } from "../support/model-specs.ts";
import type {
  NeutralAnswer,
  NeutralRequest,
  Protocol,
  ProtocolError,
} from "../support/protocols/protocol.ts";
import {
  type ProtocolReply,
  type ProtocolServer,
  startProtocolServer,
} from "../support/protocols/protocol-server.ts";

const catalog = createCatalog({ optimizer: {}, scorer: {}, model: builtinModels });
const key = "key-0123456789";
const weather = {
  type: "function",
  function: {
    name: "weather",
    description: "the weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Everything that a provider must do, through its own protocol: in a run, in a call and in a stream. */
export function describeNativeProvider(protocol: Protocol): void {
  describe(`provider ${protocol.provider}`, () => {
    let server: ProtocolServer;
    let clock: FakeClock;
    let warnings: string[];
    beforeEach(() => {
      clock = createFakeClock();
      warnings = [];
    });
    afterEach(async () => server.close());

    async function serve(...replies: readonly ProtocolReply[]): Promise<void> {
      server = await startProtocolServer(protocol, (_, index) => {
        const chosen = replies[Math.min(index, replies.length - 1)];
        return chosen ?? { answer: { text: "ok" } };
      });
    }

    const specOf = (changes: Partial<ModelSpec>): ModelSpec =>
      modelSpec({
        ...{ provider: protocol.provider, name: protocol.model, baseUrl: server.baseUrl },
        ...(protocol.options === undefined ? {} : { providerOptions: protocol.options }),
        ...changes,
      });

    async function complete(
      request: Partial<CompletionRequest> = {},
      changes: Partial<ModelSpec> = {},
    ): Promise<Completion> {
      const services = createStackServices({
        ...{ catalog, models: {}, concurrency: 4, clock },
        listener: (event) => {
          if (event.type === "warning") warnings.push(event.message);
        },
      });
      const model = await buildModel(specOf(changes), secretsOf(key), services);
      return model.complete({ messages: [{ role: "user", content: "Hi" }], ...request });
    }

    const answers = (answer: NeutralAnswer) => serve({ answer });
    const lastRead = (): NeutralRequest => server.requests.at(-1)?.read as NeutralRequest;

    async function stream(changes: Partial<ModelSpec> = {}, parameters = {}) {
      const open = createPromptModelOpener(() => Promise.reject(new Error("not offline")));
      const model = await open(specOf(changes), secretsOf(key));
      const texts: string[] = [];
      const generation = model.generate({
        prompt: [{ role: "user", content: "Hi" }],
        ...{ parameters, isStreamed: true },
      });
      for (;;) {
        const { done, value } = await generation.next();
        if (done) return { texts, whole: value as Generation };
        texts.push(value);
      }
    }

    describe("a request", () => {
      it("carries the key, the messages and only the parameters that were asked for", async () => {
        await answers({ text: "ok" });
        await complete({
          messages: [
            { role: "system", content: "Be brief." },
            { role: "user", content: "Hi" },
          ],
        });
        const [request] = server.requests;
        expect(protocol.keyIn(request?.headers ?? {})).toBe(key);
        expect(lastRead()).toMatchObject({ system: "Be brief.", turns: ["user: Hi"], tools: [] });
        expect([lastRead().temperature, lastRead().topP, lastRead().stop, lastRead().thinking]).toEqual([
          undefined,
          undefined,
          undefined,
          undefined,
        ]);
      });

      it("carries parameters under the provider's own names", async () => {
        await answers({ text: "ok" });
        await complete({ parameters: { temperature: 0.5, maxTokens: 99, stop: ["END"] } });
        expect(lastRead()).toMatchObject({ temperature: 0.5, maxTokens: 99, stop: ["END"] });
      });

      it("carries a conversation with tools", async () => {
        await answers({ text: "ok" });
        const messages: readonly ChatMessage[] = [
          { role: "user", content: "Weather in Oslo?" },
          {
            role: "assistant",
            content: null,
            toolCalls: [{ id: "call_1", name: "weather", arguments: '{"city":"Oslo"}' }],
          },
          { role: "tool", content: "12 degrees", toolCallId: "call_1" },
        ];
        await complete({ messages, parameters: { tools: [weather] } });
        expect(lastRead().tools).toEqual(["weather"]);
        expect(lastRead().turns.map((turn) => turn.replace(/^\w+: /, ""))).toEqual([
          "Weather in Oslo?",
          'call weather {"city":"Oslo"}',
          "result 12 degrees",
        ]);
      });

      it("carries an image", async () => {
        await answers({ text: "ok" });
        const content = [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } },
        ];
        await complete({ messages: [{ role: "user", content }] });
        expect(lastRead().turns).toEqual(["user: What is this? image"]);
        expect(JSON.stringify(server.requests[0]?.body)).toContain(pixel);
      });
    });

    describe("an answer", () => {
      it("is text with usage, cached and reasoning tokens apart", async () => {
        const usage = {
          input: 100,
          cached: 40,
          written: protocol.countsWritten ? 20 : 0,
          output: 50,
          reasoning: 10,
        };
        await answers({ text: "yes", reasoning: "hm", usage });
        const completion = await complete();
        expect(completion).toMatchObject({
          kind: "text",
          text: "yes",
          reasoning: "hm",
          finishReason: "stop",
        });
        expect(completion.usage).toEqual({
          ...{
            inputTokens: 100,
            outputTokens: 50,
            ...(protocol.countsCached ? { cachedInputTokens: 40 } : {}),
          },
          ...(protocol.countsWritten ? { cacheWriteTokens: 20 } : {}),
          ...(protocol.countsReasoning ? { reasoningTokens: 10 } : {}),
        });
        expect(completion).not.toHaveProperty("isEstimated");
        expect(JSON.parse(JSON.stringify(completion))).toEqual(completion);
      });

      it("keeps its reasoning in the text under reasoning: keep", async () => {
        await answers({ text: "yes", reasoning: "hm" });
        expect((await complete({}, { reasoning: "keep" })).text).toContain("<think>\nhm\n</think>");
      });

      it("is a call of tools", async () => {
        await answers({ toolCalls: [{ id: "call_1", name: "weather", input: { city: "Oslo" } }] });
        const completion = await complete({ parameters: { tools: [weather] } });
        expect(completion).toMatchObject({
          ...{ kind: "tool_calls", finishReason: "tool_calls" },
          toolCalls: [{ name: "weather", arguments: '{"city":"Oslo"}' }],
        });
      });

      it("is cut off by the limit, and not asked for again under the user's own", async () => {
        await answers({ text: "ye", end: "length" });
        const completion = await complete({ parameters: { maxTokens: 10 } });
        expect(completion).toMatchObject({ kind: "cut_off", finishReason: "length", text: "ye" });
        expect(server.requests).toHaveLength(1);
      });

      it("is withheld by a filter", async () => {
        await answers({ end: "filter" });
        expect(await complete()).toMatchObject({ kind: "filtered", text: "" });
        expect(server.requests).toHaveLength(1);
      });

      it("is declined", async () => {
        await answers({ end: "refusal" });
        expect(["filtered", "refusal"]).toContain((await complete()).kind);
        expect(server.requests).toHaveLength(1);
      });

      it("is empty", async () => {
        await answers({ text: "" });
        expect(await complete()).toMatchObject({ kind: "empty", text: "", finishReason: "stop" });
      });
    });

    describe("an error", () => {
      const fails = (kind: ProtocolError) => serve({ raw: protocol.errors[kind] });
      const failure = async (changes: Partial<ModelSpec> = {}): Promise<ModelError> => {
        const error = await complete({}, changes).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(ModelError);
        expect((error as ModelError).message).not.toContain(key);
        return error as ModelError;
      };

      it("of the key ends the run at once and names the variable", async () => {
        await fails("auth");
        expect(await failure()).toMatchObject({
          ...{ kind: "auth", isFatal: true },
          hint: expect.stringContaining(protocol.keyVariable),
        });
        expect(server.requests).toHaveLength(1);
      });

      it("of the rate limit waits as long as the provider asks for", async () => {
        await serve({ raw: protocol.errors.rate_limit }, { answer: { text: "ok" } });
        expect((await complete()).text).toBe("ok");
        if (protocol.waitMs !== undefined)
          expect(Math.max(...clock.sleeps)).toBeGreaterThanOrEqual(protocol.waitMs);
        expect(server.requests).toHaveLength(2);
      });

      it("of an overloaded provider is asked again and not billed", async () => {
        await serve({ raw: protocol.errors.overloaded }, { answer: { text: "ok" } });
        const unused: unknown[] = [];
        const completion = await complete({ onUnused: (attempt) => unused.push(attempt) > 0 });
        expect([completion.text, unused]).toEqual(["ok", []]);
      });

      it("of the server is asked again, and billed", async () => {
        await serve({ raw: protocol.errors.server }, { answer: { text: "ok" } });
        const unused: unknown[] = [];
        await complete({ onUnused: (attempt) => unused.push(attempt) > 0 });
        expect(unused).toHaveLength(1);
      });

      it("of the account ends the run at once", async () => {
        await fails("quota");
        expect(await failure()).toMatchObject({ kind: "quota", isFatal: true });
        expect(server.requests).toHaveLength(1);
      });

      it("of the model's name", async () => {
        await fails("model_not_found");
        expect(await failure()).toMatchObject({ kind: "model_not_found", isFatal: true });
      });

      it("of a request that is too long says what to shorten", async () => {
        await fails("too_long");
        expect(await failure()).toMatchObject({
          ...{ kind: "bad_request", isFatal: false },
          hint: expect.stringContaining("exceeds the model's context"),
        });
      });

      it("of a parameter drops it, says so once and goes on without it", async () => {
        server = await startProtocolServer(protocol, (_, __, body) =>
          JSON.stringify(body).includes("0.5")
            ? { raw: protocol.errors.refused_parameter }
            : { answer: { text: "ok" } },
        );
        const { member, parameters } = protocol.refused;
        const completion = await complete({ parameters });
        expect(completion).toMatchObject({ text: "ok", adapted: [member] });
        expect(JSON.stringify(server.requests.at(-1)?.body)).not.toContain("0.5");
        expect(warnings).toEqual([expect.stringContaining(`does not accept ${member}`)]);
      });

      it("of the network is asked again", async () => {
        await serve("drop", { answer: { text: "ok" } });
        expect((await complete()).text).toBe("ok");
      });

      it.each([
        [
          "a web page",
          { status: 502, contentType: "text/html", body: "<html><h1>Bad gateway</h1></html>" },
          "server",
        ],
        ["a web page as an answer", { contentType: "text/html", body: "<html>hello</html>" }, "malformed"],
        ["JSON of another kind", { body: { hello: "world" } }, "(malformed|server)"],
        ["half an answer", { body: { a: "b".repeat(99) }, drop: "middle" }, "(connection|unreachable)"],
      ] as const)("of the wire: %s", async (_, raw, kind) => {
        await serve({ raw });
        expect((await failure({ retries: 0 })).kind).toMatch(new RegExp(`^${kind}$`));
      });

      it("of a redirect is not followed", async () => {
        await serve({ raw: { status: 307, headers: { location: "http://127.0.0.1:1/" }, body: "" } });
        expect((await failure({ retries: 0 })).message).toContain("redirects to http://127.0.0.1:1");
      });
    });

    describe("a stream", () => {
      it("yields its text in pieces and ends with reasoning and usage", async () => {
        const usage = { input: 30, cached: 10, written: 0, output: 9, reasoning: 0 };
        await answers({ text: "Hello there", reasoning: "I think", usage });
        const { texts, whole } = await stream();
        expect(texts.join("")).toBe("Hello there");
        expect(texts.length).toBeGreaterThan(1);
        expect(whole).toMatchObject({
          ...{ text: "Hello there", kind: "text", reasoning: "I think", finishReason: "stop" },
          usage: {
            ...{ inputTokens: 30, outputTokens: 9 },
            ...(protocol.countsCached ? { cachedInputTokens: 10 } : {}),
          },
        });
        expect(whole).not.toHaveProperty("error");
      });

      it("carries calls of tools", async () => {
        await answers({
          toolCalls: [
            { id: "call_1", name: "weather", input: { city: "Oslo" } },
            { id: "call_2", name: "weather", input: { city: "Rome" } },
          ],
        });
        const { whole } = await stream({}, { tools: [weather] });
        expect(
          whole.message?.toolCalls?.map(({ name, arguments: text }) => [name, JSON.parse(text)]),
        ).toEqual([
          ["weather", { city: "Oslo" }],
          ["weather", { city: "Rome" }],
        ]);
        expect(whole.finishReason).toBe("tool_calls");
      });

      it("that ends early is an error beside its text", async () => {
        await serve({ raw: protocol.stream({ text: "Hello there" }, true) });
        const { whole } = await stream({ retries: 0 });
        expect(whole.text).toBe("Hello there");
        expect(whole.error).toBeInstanceOf(ModelError);
        expect(whole).not.toHaveProperty("kind");
      });

      it("with an error in the middle keeps the text before it", async () => {
        await serve({ raw: protocol.brokenStream("Hello there") });
        const { whole } = await stream({ retries: 0 });
        expect(whole.text).toBe("Hello there");
        expect(whole.error?.kind).toMatch(/^(server|connection|malformed)$/);
      });

      it("that is refused has the provider's status", async () => {
        await serve({ raw: protocol.errors.rate_limit });
        const { whole } = await stream({ retries: 0, rateLimitPatienceMs: 0 });
        expect(whole.error).toMatchObject({ status: 429 });
        expect(whole.error?.retryAfterMs).toBe(protocol.waitMs);
      });
    });

    it("stops a stream when its signal aborts, and keeps the text before it", async () => {
      await serve({ stalled: protocol.stream({ text: "Hello there" }, true) });
      const open = createPromptModelOpener(() => Promise.reject(new Error("not offline")));
      const model = await open(specOf({ retries: 0 }), secretsOf(key));
      const controller = new AbortController();
      const prompt = [{ role: "user", content: "Hi" }];
      const generation = model.generate({
        ...{ prompt, parameters: {}, isStreamed: true },
        signal: controller.signal,
      });
      const texts: string[] = [];
      for (;;) {
        const { done, value } = await generation.next();
        if (done) {
          expect(value).toMatchObject({ text: texts.join(""), error: { kind: "aborted" } });
          break;
        }
        texts.push(value);
        if (texts.length === 2) controller.abort();
      }
      expect(texts.join("")).toBe("Hello there");
    });

    it("stops when its signal aborts", async () => {
      await serve("hang");
      const controller = new AbortController();
      const failure = complete({ signal: controller.signal });
      setTimeout(() => controller.abort(), 50);
      await expect(failure).rejects.toMatchObject({ kind: "aborted" });
    });
  });
}
