import { afterEach, describe, expect, it } from "vitest";
import type { CompletionRequest, LanguageModel } from "../../../src/contracts/language-model.ts";
import type { ModelSecrets, ModelSpec } from "../../../src/contracts/model-spec.ts";
import { ModelError } from "../../../src/core/errors.ts";
import { openaiProvider } from "../../../src/models/openai/openai-model.ts";
import type { ScriptedAnswer } from "../../support/loopback-answers.ts";
import { always, type Fault, rateLimited, serverFault } from "../../support/loopback-faults.ts";
import {
  type LoopbackOpenAI,
  type LoopbackOptions,
  startLoopbackOpenAI,
} from "../../support/loopback-openai.ts";
import { modelSpec, noSecrets, secretsOf } from "../../support/model-specs.ts";

let server: LoopbackOpenAI | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const hello: CompletionRequest = { messages: [{ role: "user", content: "Hello" }] };

function modelAt(
  baseUrl: string,
  spec: Partial<ModelSpec> = {},
  secrets: ModelSecrets = noSecrets,
): LanguageModel {
  return openaiProvider.create({} as never, { spec: modelSpec({ baseUrl, ...spec }), secrets });
}

async function start(options: LoopbackOptions): Promise<LoopbackOpenAI> {
  server = await startLoopbackOpenAI(options);
  return server;
}

async function answerTo(answer: ScriptedAnswer) {
  return modelAt((await start({ answer: () => answer })).baseUrl).complete(hello);
}

async function failureOf(model: LanguageModel, request = hello): Promise<ModelError> {
  const outcome: unknown = await model.complete(request).catch((error: unknown) => error);
  if (!(outcome instanceof ModelError)) throw new Error(`no ModelError: ${JSON.stringify(outcome)}`);
  return outcome;
}

async function faultAs(fault: Fault) {
  const { baseUrl } = await start({ faults: always(fault) });
  const error = await failureOf(modelAt(baseUrl));
  return { error, who: `gpt-4o-mini at ${baseUrl}` };
}

describe("an answer", () => {
  it("has text, finish reason and tokens", async () => {
    expect(await answerTo({ text: "positive", usage: { input: 12, output: 3 } })).toMatchObject({
      text: "positive",
      toolCalls: [],
      finishReason: "stop",
      usage: { inputTokens: 12, outputTokens: 3, cachedInputTokens: 0, reasoningTokens: 0 },
    });
  });

  it("has tool calls", async () => {
    const toolCalls = [{ name: "weather", arguments: '{"city":"Oslo"}' }];
    expect(await answerTo({ text: "", toolCalls })).toMatchObject({
      text: "",
      finishReason: "tool_calls",
      toolCalls: [{ id: "call_0", name: "weather", arguments: '{"city":"Oslo"}' }],
    });
  });

  it("has estimated tokens when the provider reports none", async () => {
    // "Hello": 5 bytes, 2 tokens; "12345678": 8 bytes, 2 tokens.
    expect((await answerTo({ text: "12345678", usage: null })).usage).toEqual({
      inputTokens: 2,
      outputTokens: 2,
    });
  });

  it("is returned when it was cut off by length, with a finish reason", async () => {
    const { baseUrl } = await start({ answer: () => "one two", faults: always({ kind: "length" }) });
    expect(await modelAt(baseUrl).complete(hello)).toMatchObject({ text: "one ", finishReason: "length" });
  });

  it("may take long over its body", async () => {
    const { baseUrl } = await start({ faults: always({ kind: "slow-body", delayMs: 30 }) });
    expect((await modelAt(baseUrl).complete(hello)).text).toBe("ok");
  });
});

describe("a request", () => {
  it("carries the model, the merged parameters, the key and the headers", async () => {
    const { baseUrl, requests } = await start({});
    const secrets = secretsOf("sk-12345678", { "x-team": "growth-team" });
    const model = modelAt(
      baseUrl,
      { parameters: { temperature: 0.1, maxTokens: 50, other: { user: "a" } } },
      secrets,
    );
    await model.complete({ ...hello, parameters: { temperature: 0.7, other: { metadata: { row: "1" } } } });
    expect(requests[0]?.body).toEqual({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "Hello" }],
      temperature: 0.7,
      max_tokens: 50,
      user: "a",
      metadata: { row: "1" },
    });
    expect(requests[0]?.path).toBe("/v1/chat/completions");
    expect(requests[0]?.headers).toMatchObject({
      authorization: "Bearer sk-12345678",
      "x-team": "growth-team",
    });
  });

  it("reuses the connection for sequential calls", async () => {
    const { baseUrl, requests } = await start({});
    const model = modelAt(baseUrl);
    for (let at = 0; at < 3; at++) await model.complete(hello);
    expect(requests.map(({ headers }) => headers.connection)).toEqual([
      "keep-alive",
      "keep-alive",
      "keep-alive",
    ]);
  });
});

describe("a fault of the provider", () => {
  it.each([
    [401, "auth", "check OPENAI_API_KEY, or api_key of resources.llms.target"],
    [403, "auth", "check OPENAI_API_KEY, or api_key of resources.llms.target"],
    [404, "model_not_found", 'check name ("gpt-4o-mini") and base_url of resources.llms.target'],
    [402, "quota", "the account has no credit left: check plan and billing with the provider"],
    [400, "bad_request", undefined],
    [422, "bad_request", undefined],
    [408, "timeout", undefined],
    [409, "server", undefined],
    [429, "rate_limit", undefined],
    [500, "server", undefined],
    [503, "server", undefined],
    [529, "server", undefined],
  ])("with status %i has the kind %s", async (status, kind, hint) => {
    const { error, who } = await faultAs({
      kind: "status",
      status,
      body: { error: { message: "Because." } },
    });
    expect(error).toMatchObject({ kind, status, hint, message: `${who} returned ${status}: Because.` });
  });

  it.each([
    [429, { code: "insufficient_quota" }, "quota"],
    [429, { type: "insufficient_quota", code: null }, "quota"],
    [400, { code: "model_not_found" }, "model_not_found"],
  ])("with status %i and %j has the kind %s", async (status, body, kind) => {
    const { error } = await faultAs({ kind: "status", status, body: { error: { message: "No.", ...body } } });
    expect(error.kind).toBe(kind);
  });

  it("reports how long to wait", async () => {
    const { error } = await faultAs(rateLimited(7));
    expect(error).toMatchObject({ kind: "rate_limit", retryAfterMs: 7000 });
  });

  it("may have its reason on a web page", async () => {
    const body = "<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>";
    const { error, who } = await faultAs({ kind: "status", status: 502, body });
    expect(error.message).toBe(`${who} returned 502: 502 Bad Gateway`);
  });

  it("caused by a content policy is a withheld answer", async () => {
    const body = { error: { message: "No.", code: "content_filter" } };
    const { baseUrl } = await start({ faults: always({ kind: "status", status: 400, body }) });
    expect(await modelAt(baseUrl).complete(hello)).toMatchObject({ kind: "filtered", text: "" });
  });

  it("may have its reason in Databricks' format", async () => {
    const body = { error_code: "PERMISSION_DENIED", message: "Invalid access token." };
    const { error, who } = await faultAs({ kind: "status", status: 403, body });
    expect(error.message).toBe(`${who} returned 403: Invalid access token.`);
  });

  it.each<[Fault, string, RegExp]>([
    [{ kind: "drop" }, "connection", /^the connection to .* failed: other side closed \(UND_ERR_SOCKET\)$/],
    [{ kind: "premature-close" }, "connection", /^the connection to .* failed: other side closed/],
    [{ kind: "cut-json" }, "malformed", /returned truncated or invalid JSON: /],
    [
      { kind: "wrong-content-type" },
      "malformed",
      /returned no chat completion: <html><body>Gateway login<\/body><\/html>$/,
    ],
    [{ kind: "empty-choices" }, "server", /returned an error: no choice in the answer$/],
  ])("%j has the kind %s", async (fault, kind, message) => {
    const { error } = await faultAs(fault);
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
    expect(error.isRetryable).toBe(true);
  });

  it("without a choice reports the tokens paid for, and is billed", async () => {
    const { error } = await faultAs({ kind: "empty-choices" });
    expect(error.usage).toMatchObject({ inputTokens: 2 });
    expect(error.billing).toBe("answered");
  });

  it.each<[Fault, number]>([
    [{ kind: "content-filter" }, 2],
    [{ kind: "status", status: 400, body: { error: { message: "No.", code: "content_filter" } } }, 0],
  ])("%j is an answer that is withheld", async (fault, inputTokens) => {
    const { baseUrl } = await start({ faults: always(fault) });
    expect(await modelAt(baseUrl).complete(hello)).toMatchObject({
      ...{ kind: "filtered", text: "", finishReason: "content_filter" },
      usage: { inputTokens },
    });
  });

  it("keeps no foreign error, which would contain the response", async () => {
    const { error } = await faultAs(serverFault(500));
    expect(error.cause).toBeUndefined();
  });
});

describe("an endpoint that is not there", () => {
  it("refuses the connection, which may be temporary", async () => {
    const gone = await startLoopbackOpenAI();
    await gone.close();
    const error = await failureOf(modelAt(gone.baseUrl));
    expect(error.kind).toBe("connection");
    expect(error.message).toMatch(
      /^the connection to gpt-4o-mini at .* failed: connect ECONNREFUSED 127\.0\.0\.1/,
    );
  });

  it("has an unknown host name, which is permanent", async () => {
    const error = await failureOf(modelAt("http://nowhere.invalid/v1", {}, secretsOf("sk-12345678")));
    expect(error).toMatchObject({ kind: "unreachable", hint: "check base_url of resources.llms.target" });
    expect(error.message).toMatch(
      /^gpt-4o-mini at http:\/\/nowhere\.invalid\/v1 could not be reached: getaddrinfo E/,
    );
  });
});

describe("secrets", () => {
  const key = "sk-proj-abcdefgh";

  it("are masked in the provider's messages", async () => {
    const { baseUrl } = await start({ apiKey: "another key" });
    const error = await failureOf(modelAt(baseUrl, {}, secretsOf(key)));
    expect(error.message).toBe(
      `gpt-4o-mini at ${baseUrl} returned 401: Incorrect API key provided: [secret].`,
    );
    expect(JSON.stringify(error) + error.stack).not.toContain(key);
  });

  it.each(["\u201csk-abcdefgh\u201d", "sk-abc\r\nX-Other: 1"])(
    "that no header can carry (%j) are an error of the key, which names it by its place alone",
    async (odd) => {
      const { baseUrl, requests } = await start({});
      const error = await failureOf(modelAt(baseUrl, {}, secretsOf(odd)));
      expect(error).toMatchObject({
        kind: "auth",
        message: `gpt-4o-mini at ${baseUrl} was not called: its API key or another header contains a character that HTTP does not allow`,
        hint: expect.stringMatching(
          /^copy the key again, .*: OPENAI_API_KEY, or api_key of resources\.llms\./,
        ),
      });
      expect(JSON.stringify(error) + error.stack).not.toContain("sk-abc");
      expect(requests).toEqual([]);
    },
  );

  it("are masked in quotes of a malformed answer", async () => {
    const fault: Fault = { kind: "status", status: 200, body: { odd: `key ${key}` } };
    const { baseUrl } = await start({ faults: always(fault) });
    const error = await failureOf(modelAt(baseUrl, {}, secretsOf(key)));
    expect(error.message).toMatch(/returned no chat completion: {"odd":"key \[secret\]"}$/);
    expect(JSON.stringify(error) + error.stack).not.toContain(key);
  });

  it("in an address are sent, and not shown", async () => {
    const { baseUrl, requests } = await start({ faults: always(serverFault(500)) });
    const address = baseUrl.replace("//", "//ann:pass-word@");
    const error = await failureOf(modelAt(`${address}?route=secret-route`));
    expect(error.message).toBe(
      `gpt-4o-mini at ${baseUrl} returned 500: The server had an error processing your request`,
    );
    expect(requests[0]?.path).toBe("/v1/chat/completions?route=secret-route");
    expect(requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from("ann:pass-word").toString("base64")}`,
    );
  });
});
