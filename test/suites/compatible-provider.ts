import { afterEach, describe, expect, it } from "vitest";
import type { CompletionRequest } from "../../src/contracts/language-model.ts";
import type { ModelSpec } from "../../src/contracts/model-spec.ts";
import { ModelError } from "../../src/core/errors.ts";
import type { KnownProvider } from "../../src/core/provider/provider.ts";
import { builtinModels } from "../../src/models/index.ts";
import { createPromptModelOpener, promptEndpoint } from "../../src/models/open-prompt-model.ts";
import { buildModel } from "../../src/models/stack.ts";
import { createStackServices } from "../../src/models/stack-services.ts";
import { createCatalog } from "../../src/plugins/catalog.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import type { WireAnswer } from "../support/loopback-wire.ts";
import { modelSpec, noSecrets, secretsOf } from "../support/model-specs.ts";

const catalog = createCatalog({ optimizer: {}, scorer: {}, model: builtinModels });
const key = "key-0123456789";

/** What a provider of the table must do: its key, its address, its quirks, in runs and in calls alike. */
export function describeCompatibleProvider(
  name: string,
  known: KnownProvider,
  refusal: (member: string) => WireAnswer,
) {
  describe(`provider ${name}`, () => {
    let server: LoopbackOpenAI | undefined;
    afterEach(async () => {
      await server?.close();
      server = undefined;
    });
    const quirks = known.quirks ?? [];
    const specOf = (changes: Partial<ModelSpec> = {}): ModelSpec =>
      modelSpec({ provider: name, name: "some-model", ...changes });

    async function complete(changes: Partial<ModelSpec>, request: Partial<CompletionRequest> = {}) {
      const services = createStackServices({ catalog, models: {}, concurrency: 2, clock: createFakeClock() });
      const model = await buildModel(specOf(changes), secretsOf(key), services);
      return model.complete({ messages: [{ role: "user", content: "Hi" }], ...request });
    }

    it("answers at an address of the config, with the key", async () => {
      server = await startLoopbackOpenAI();
      expect(await complete({ baseUrl: server.baseUrl })).toMatchObject({ text: "ok", kind: "text" });
      const { headers, path } = server.requests[0] ?? {};
      expect(String(headers?.authorization ?? headers?.["api-key"])).toContain(key);
      expect(path).toContain("/chat/completions");
    });

    it("streams a call", async () => {
      server = await startLoopbackOpenAI({ answer: () => "one two three" });
      const open = createPromptModelOpener(() => Promise.reject(new Error("not offline")));
      const model = await open(specOf({ baseUrl: server.baseUrl }), secretsOf(key));
      const texts: string[] = [];
      for await (const text of model.generate({
        prompt: [{ role: "user", content: "Hi" }],
        parameters: {},
        isStreamed: true,
      }))
        texts.push(text);
      expect(texts).toEqual(["one ", "two ", "three"]);
    });

    it("has its own address without one in the config", () => {
      const own = name === "ollama" ? "http://127.0.0.1:11434/v1" : known.baseUrl;
      expect(promptEndpoint(specOf())).toBe(own?.replace(/\/+$/, ""));
    });

    it.skipIf(known.baseUrl === undefined || known.isKeyless === true)(
      "names the variable of a missing key",
      async () => {
        const services = createStackServices({ catalog, models: {}, concurrency: 2 });
        const model = await buildModel(specOf(), noSecrets, services);
        const failure = model.complete({ messages: [{ role: "user", content: "Hi" }] });
        await expect(failure).rejects.toBeInstanceOf(ModelError);
        await expect(failure).rejects.toMatchObject({
          ...{ kind: "auth", isFatal: true },
          hint: expect.stringContaining(known.keyVariables[0] ?? ""),
        });
      },
    );

    it.each(quirks)("never sends $parameter ($source)", async ({ parameter, sentAs }) => {
      // Like the provider itself, the server refuses a request with that member.
      server = await startLoopbackOpenAI({
        respond: (body) => (isIn(parameter, body) ? refusal(parameter) : undefined),
      });
      const other = {
        logprobs: true,
        top_logprobs: 1,
        logit_bias: { 1: 1 },
        service_tier: "auto",
        parallel_tool_calls: true,
      };
      const parameters = {
        ...{ seed: 7, frequencyPenalty: 0.5, presencePenalty: 0.5, maxTokens: 50, other },
        responseFormat: { type: "json_schema", json_schema: { name: "x", schema: {} } },
      };
      // A reasoning model's limit has the other name.
      const model = parameter === "max_completion_tokens" ? { name: "gpt-5" } : {};
      const messages = [{ role: "user", content: "Hi", name: "ann" }];
      const completion = await complete({ baseUrl: server.baseUrl, ...model }, { messages, parameters });
      expect(completion.text).toBe("ok");
      expect(server.count).toBe(1);
      expect(completion.adapted).toContain(sentAs === undefined ? parameter : `${parameter} as ${sentAs}`);
      if (parameter === "seed" && sentAs !== undefined)
        expect(server.requests[0]?.body).toMatchObject({ [sentAs]: 7 });
    });
  });
}

function isIn(parameter: string, body: Readonly<Record<string, unknown>>): boolean {
  if (parameter === "messages[].name")
    return (body["messages"] as readonly object[]).some((message) => "name" in message);
  if (parameter === "response_format.json_schema")
    return (body["response_format"] as { type?: string } | undefined)?.type === "json_schema";
  return parameter in body;
}
