import { afterEach, describe, expect, it } from "vitest";
import type { ModelSpec } from "../../../src/contracts/model-spec.ts";
import type { ModelParameters } from "../../../src/core/prompt/prompt.ts";
import { Secret } from "../../../src/core/text/secret.ts";
import { builtinModels } from "../../../src/models/index.ts";
import { missingKey, promptEndpoint } from "../../../src/models/open-prompt-model.ts";
import { buildModel } from "../../../src/models/stack.ts";
import { createStackServices } from "../../../src/models/stack-services.ts";
import { createCatalog } from "../../../src/plugins/catalog.ts";
import { modelSpec, noSecrets, secretsOf } from "../../support/model-specs.ts";
import { nativeProtocols } from "../../support/protocols/all-protocols.ts";
import { anthropicProtocol } from "../../support/protocols/anthropic-protocol.ts";
import { bedrockProtocol } from "../../support/protocols/bedrock-protocol.ts";
import { geminiProtocol } from "../../support/protocols/gemini-protocol.ts";
import type { Protocol } from "../../support/protocols/protocol.ts";
import { type ProtocolServer, startProtocolServer } from "../../support/protocols/protocol-server.ts";

const catalog = createCatalog({ optimizer: {}, scorer: {}, model: builtinModels });
let server: ProtocolServer;
let warnings: string[] = [];
afterEach(async () => {
  warnings = [];
  await server.close();
});

async function ask(
  protocol: Protocol,
  parameters: ModelParameters,
  {
    messages = [{ role: "user", content: "Hi" }],
    secrets = secretsOf("key-0123456789"),
    ...changes
  }: Record<string, unknown> & {
    messages?: readonly object[];
    secrets?: ReturnType<typeof secretsOf>;
  } = {},
) {
  server = await startProtocolServer(protocol);
  const spec: ModelSpec = modelSpec({
    ...{ provider: protocol.provider, name: protocol.model, baseUrl: server.baseUrl },
    ...(protocol.options === undefined ? {} : { providerOptions: protocol.options }),
    ...changes,
  });
  const services = createStackServices({
    ...{ catalog, models: {}, concurrency: 2 },
    listener: (event) => {
      if (event.type === "warning") warnings.push(event.message);
    },
  });
  const model = await buildModel(spec, secrets, services);
  return model.complete({ messages: messages as never, parameters });
}
const sent = () => server.requests.at(-1);

describe("a thinking budget", () => {
  it.each([anthropicProtocol, bedrockProtocol])(
    "$provider: is part of the limit of output tokens",
    async (protocol) => {
      await ask(protocol, { reasoningEffort: 2000, maxTokens: 5000 });
      expect(sent()?.read).toMatchObject({
        maxTokens: 5000,
        thinking: { type: "enabled", budget_tokens: 2000 },
      });
    },
  );

  it("google: is sent as a budget", async () => {
    await ask(geminiProtocol, { reasoningEffort: 512, maxTokens: 5000 });
    expect(sent()?.read).toMatchObject({ maxTokens: 5000, thinking: { thinkingBudget: 512 } });
  });

  it("drops a temperature that thinking excludes, and says so", async () => {
    const completion = await ask(anthropicProtocol, { reasoningEffort: 2000, temperature: 0.5 });
    expect(completion.adapted).toEqual(["temperature"]);
    expect(warnings).toEqual([expect.stringContaining("does not accept temperature")]);
    expect(sent()?.body).not.toHaveProperty("temperature");
  });
});

describe("prompt caching", () => {
  const marked = [{ type: "text", text: "Long rules.", cache_control: { type: "ephemeral", ttl: "1h" } }];

  it.each([anthropicProtocol, bedrockProtocol])(
    "$provider: marks where the cached prefix ends",
    async (protocol) => {
      const messages = [
        { role: "system", content: marked },
        { role: "user", content: [...marked, { type: "text", text: "Hi" }] },
      ];
      await ask(protocol, {}, { messages });
      expect(sent()?.read.cacheMarks).toBe(2);
      expect(JSON.stringify(sent()?.body)).toContain('"1h"');
    },
  );

  it("anthropic: marks the whole request", async () => {
    await ask(anthropicProtocol, { other: { cache_control: { type: "ephemeral" } } });
    expect(sent()?.body["cache_control"]).toEqual({ type: "ephemeral" });
  });

  it("google: caches by itself, so that marks are not sent", async () => {
    await ask(geminiProtocol, {}, { messages: [{ role: "user", content: marked }] });
    expect(sent()?.read.turns).toEqual(["user: Long rules."]);
  });
});

describe("other members of a request", () => {
  it("go to the package in either spelling", async () => {
    await ask(anthropicProtocol, {
      other: { metadata: { user_id: "u1" }, top_k: 5, parallel_tool_calls: false },
    });
    expect(sent()?.body).toMatchObject({ metadata: { user_id: "u1" }, top_k: 5 });
  });

  it.each(nativeProtocols)("$provider: what it has no counterpart of is named", async (protocol) => {
    const completion = await ask(protocol, { other: { logprobs: true } });
    expect(completion.adapted).toEqual(["logprobs"]);
  });

  it.each(nativeProtocols)("$provider: a JSON schema is asked for", async (protocol) => {
    const schema = {
      type: "object",
      properties: { answer: { type: "string" } },
      required: ["answer"],
      additionalProperties: false,
    };
    await ask(protocol, { responseFormat: { type: "json_schema", json_schema: { name: "a", schema } } });
    expect(JSON.stringify(sent()?.body)).toContain('"answer"');
  });

  it.each(nativeProtocols)("$provider: a tool can be required", async (protocol) => {
    const tools = [
      { type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } },
    ];
    await ask(protocol, { tools, toolChoice: { type: "function", function: { name: "weather" } } });
    expect(JSON.stringify(sent()?.body)).toMatch(/toolChoice|tool_choice|allowedFunctionNames/);
  });
});

describe("credentials", () => {
  it.each(nativeProtocols)("$provider: no key is needed or sent on this machine", async (protocol) => {
    await ask(protocol, {}, { secrets: noSecrets });
    expect(protocol.keyIn(sent()?.headers ?? {})).toBeUndefined();
  });

  it("bedrock: AWS keys sign the request for the region", async () => {
    const settings = {
      accessKeyId: new Secret("AKIDEXAMPLE"),
      secretAccessKey: new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
      sessionToken: new Secret("session-token"),
    };
    await ask(
      bedrockProtocol,
      {},
      { secrets: { headers: {}, settings }, providerOptions: { region: "eu-west-1" } },
    );
    const { authorization, "x-amz-security-token": token } = sent()?.headers ?? {};
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/bedrock\/aws4_request/,
    );
    expect(token).toBe("session-token");
  });

  it("additional headers are sent", async () => {
    await ask(anthropicProtocol, {}, { secrets: secretsOf("key-0123456789", { "x-team": "blue" }) });
    expect(sent()?.headers["x-team"]).toBe("blue");
  });

  it.each([
    ["anthropic", {}, "set ANTHROPIC_API_KEY, or api_key of resources.llms.target"],
    ["google", {}, "set GOOGLE_GENERATIVE_AI_API_KEY, or api_key of resources.llms.target"],
    [
      "bedrock",
      { region: "us-east-1" },
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_BEARER_TOKEN_BEDROCK, or api_key of resources.llms.target; for profiles, SSO and roles: npm install @aws-sdk/credential-providers",
    ],
    ["bedrock", {}, "set AWS_REGION, or other.provider_options.region of resources.llms.target"],
    ["cohere", {}, "set COHERE_API_KEY, or api_key of resources.llms.target"],
  ])("%s: what is missing is said before anything is sent (%j)", (provider, providerOptions, hint) => {
    expect(missingKey(modelSpec({ provider, providerOptions }), noSecrets)?.hint).toBe(hint);
  });

  it("has an address of its own", () => {
    expect(promptEndpoint(modelSpec({ provider: "anthropic" }))).toBe("https://api.anthropic.com/v1");
    expect(promptEndpoint(modelSpec({ provider: "bedrock", providerOptions: { region: "eu-west-1" } }))).toBe(
      "https://bedrock-runtime.eu-west-1.amazonaws.com",
    );
    expect(promptEndpoint(modelSpec({ provider: "vertex" }))).toBeUndefined();
  });
});
