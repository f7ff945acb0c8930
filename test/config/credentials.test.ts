import { describe, expect, it } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { credentialsKey } from "../../src/models/secret-mask.ts";
import { issuesOf, readText } from "./read-text.ts";

const model = (fields: string) => `resources:\n  llms:\n    m: { name: databricks-x, ${fields} }\n`;
const warningsOf = ({ warnings }: Config) => warnings.map(({ message }) => message);

/** What a model signs in with, in the order key, Entra token, secret of the principal, workspace, client id. */
async function credentials(text: string, env: Readonly<Record<string, string>> = {}) {
  const { secrets } = (await readText(text, { env })).models["m"] ?? { secrets: { headers: {} } };
  return (JSON.parse(credentialsKey(secrets)) as (string | null)[]).slice(0, 5);
}

const host = "https://w.cloud.databricks.com";

describe("Databricks", () => {
  it.each([
    ["a key", "api_key: k", {}, ["k", null, null, null, null]],
    ["dao-ai's pat", "pat: p", {}, ["p", null, null, null, null]],
    ["DATABRICKS_TOKEN", "", { DATABRICKS_TOKEN: "t\n" }, ["t", null, null, null, null]],
    [
      "a service principal",
      `client_id: i, client_secret: s, workspace_host: "${host}"`,
      { DATABRICKS_TOKEN: "t" },
      [null, null, "s", host, "i"],
    ],
    [
      "dao-ai's object",
      "service_principal: { client_id: i, client_secret: s }",
      { DATABRICKS_HOST: "w.cloud.databricks.com" },
      [null, null, "s", host, "i"],
    ],
    [
      "the id in the config, the secret in the environment",
      "client_id: i",
      { DATABRICKS_CLIENT_ID: "other", DATABRICKS_CLIENT_SECRET: "s" },
      [null, null, "s", null, "i"],
    ],
    [
      "variables of the environment",
      "",
      { DATABRICKS_CLIENT_ID: "i", DATABRICKS_CLIENT_SECRET: "s" },
      [null, null, "s", null, "i"],
    ],
    [
      "a token before a principal of the environment",
      "",
      { DATABRICKS_TOKEN: "t", DATABRICKS_CLIENT_ID: "i", DATABRICKS_CLIENT_SECRET: "s" },
      ["t", null, null, null, null],
    ],
    [
      "dao-ai's variables",
      "client_id: { env: ID }, client_secret: { options: [{ env: NONE }, { scope: s, secret: k }], default_value: s }",
      { ID: "i" },
      [null, null, "s", null, "i"],
    ],
  ])("signs in with %s", async (_, fields, env, expected) => {
    expect(await credentials(model(fields), env as Record<string, string>)).toEqual(expected);
  });

  it("uses the environment where dao-ai's variables have no value, with a warning", async () => {
    const text = model(
      "client_id: { env: ID }, client_secret: { scope: shop, secret: key }, pat: '${var.pat}', workspace_host: { env: HOST }",
    );
    const env = { DATABRICKS_TOKEN: "t", DATABRICKS_HOST: host };
    const config = await readText(`${text}\nvariables: { pat: { env: PAT } }`, { env });
    expect(config.models["m"]?.secrets.apiKey?.reveal()).toBe("t");
    expect(config.models["m"]?.spec.baseUrl).toBe(`${host}/serving-endpoints`);
    const used = "the DATABRICKS_ variables of the environment are used instead";
    expect(warningsOf(config)).toEqual([
      `resources.llms.m.client_id: environment variable ID is not set; ${used}`,
      `resources.llms.m.client_secret: the Databricks secret shop/key cannot be read here; ${used}`,
      `resources.llms.m.pat: variable pat has no value; ${used}`,
      `resources.llms.m.workspace_host: environment variable HOST is not set; ${used}`,
    ]);
  });

  it("still asks for a key that the config names", async () => {
    expect(await issuesOf(model("api_key: { env: KEY }"))).toEqual([
      expect.stringContaining("environment variable KEY is not set"),
    ]);
  });

  it.each(["pat", "api_key"])("refuses %s beside a principal, as dao-ai does", async (key) => {
    expect(await issuesOf(model(`${key}: k, client_id: i, client_secret: s`))).toEqual([
      `config.yaml:3:30  resources.llms.m.${key}: a model signs in with a token or as a service principal, not with both; remove ${key}, or client_id and client_secret`,
    ]);
  });

  it("is the provider of a model with its credentials", async () => {
    const text =
      'resources: { llms: { m: { name: own-endpoint, client_id: i, client_secret: s, workspace_host: "w.example" } } }';
    expect((await readText(text)).models["m"]?.spec).toMatchObject({
      provider: "databricks",
      baseUrl: "https://w.example/serving-endpoints",
    });
  });

  it("shares credentials with a fallback given as text", async () => {
    const config = await readText(model("client_id: i, client_secret: s, fallbacks: [databricks-larger]"));
    const [own, fallback] = ["m", "databricks-larger"].map((key) => config.models[key]?.secrets);
    expect(own && fallback && credentialsKey(own) === credentialsKey(fallback)).toBe(true);
    expect(fallback?.servicePrincipal?.clientId).toBe("i");
  });
});

describe("Azure", () => {
  const azure = (fields: string) => `resources: { llms: { m: { name: d, provider: azure, ${fields} } } }`;

  it.each([
    ["api_key: k", { AZURE_OPENAI_AD_TOKEN: "e" }, ["k", null]],
    ["azure_ad_token: e", { AZURE_OPENAI_API_KEY: "k" }, [null, "e"]],
    ["azure_ad_token: { env: TOKEN }", { TOKEN: "e" }, [null, "e"]],
    ["", { AZURE_OPENAI_AD_TOKEN: "e" }, [null, "e"]],
    ["", { AZURE_OPENAI_API_KEY: "k", AZURE_OPENAI_AD_TOKEN: "e" }, ["k", null]],
    ["headers: { Authorization: Bearer x }", { AZURE_OPENAI_API_KEY: "k" }, [null, null]],
  ])("%s with %o", async (fields, env, expected) => {
    expect((await credentials(azure(fields), env as Record<string, string>)).slice(0, 2)).toEqual(expected);
  });

  it("refuses a key beside a token", async () => {
    expect(await issuesOf(azure("azure_ad_token: e, api_key: k"))).toEqual([
      expect.stringContaining("api_key or azure_ad_token, not with both; remove one of them"),
    ]);
  });
});

it("a token for another provider is reported", async () => {
  expect(
    warningsOf(
      await readText("resources: { llms: { m: { name: x, provider: openai, azure_ad_token: e } } }"),
    ),
  ).toEqual(["resources.llms.m.azure_ad_token: only provider azure uses it, and the provider is openai"]);
});
