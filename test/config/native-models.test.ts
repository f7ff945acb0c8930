import { describe, expect, test } from "vitest";
import { readText } from "./read-text.ts";

const llms = (models: string) => `resources:\n  llms:\n${models.replaceAll(/^/gm, "    ")}\n`;

describe("models of native providers", () => {
  test("a URI names the provider and the model", async () => {
    const config = await readText(
      llms(
        'a: { name: a, fallbacks: ["anthropic:/claude-sonnet-4-6", "google:/gemini-3.8-flash", "bedrock:/us.amazon.nova-2-lite-v1:0"] }',
      ),
      { env: { ANTHROPIC_API_KEY: "key-0123456789", AWS_REGION: "eu-west-1" } },
    );
    const { spec, secrets } = config.models["anthropic:/claude-sonnet-4-6"] ?? {};
    expect(spec).toMatchObject({ provider: "anthropic", name: "claude-sonnet-4-6", price: { input: 3 } });
    expect(secrets?.apiKey?.reveal()).toBe("key-0123456789");
    expect(config.models["google:/gemini-3.8-flash"]?.spec).toMatchObject({ provider: "google" });
    expect(config.models["bedrock:/us.amazon.nova-2-lite-v1:0"]?.spec).toMatchObject({
      ...{ provider: "bedrock", name: "us.amazon.nova-2-lite-v1:0" },
      providerOptions: { region: "eu-west-1" },
    });
  });

  test("the first key variable that is set wins, and AWS keys are secrets", async () => {
    const text = llms("g: { name: g, provider: google }\nb: { name: b, provider: bedrock }");
    const env = {
      ...{ GEMINI_API_KEY: "gemini-0123456789", GOOGLE_API_KEY: "other" },
      ...{
        AWS_ACCESS_KEY_ID: "AKID",
        AWS_SECRET_ACCESS_KEY: "secret-0123456789",
        AWS_DEFAULT_REGION: "us-east-2",
      },
    };
    const { models } = await readText(text, { env });
    expect(models["g"]?.secrets.apiKey?.reveal()).toBe("gemini-0123456789");
    expect(models["b"]?.secrets.settings?.["secretAccessKey"]?.reveal()).toBe("secret-0123456789");
    expect(JSON.stringify(models["b"]?.spec)).not.toContain("secret-0123456789");
    expect(models["b"]?.spec.providerOptions).toEqual({ region: "us-east-2" });
  });

  test("a package and its settings", async () => {
    const text = llms(
      'm: { name: m, provider: ai-sdk, package: "@ai-sdk/mistral", other: { provider_options: { a_b: 1 }, top_k: 5 } }',
    );
    expect((await readText(text)).models["m"]?.spec).toMatchObject({
      providerOptions: { package: "@ai-sdk/mistral", a_b: 1 },
      parameters: { other: { top_k: 5 } },
    });
  });
});
