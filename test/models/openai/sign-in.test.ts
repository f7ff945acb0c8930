import { afterEach, describe, expect, it } from "vitest";
import type { ModelSecrets, ModelSpec } from "../../../src/contracts/model-spec.ts";
import type { ModelPlugin } from "../../../src/contracts/plugin.ts";
import { Secret } from "../../../src/core/text/secret.ts";
import { createPromptModelOpener } from "../../../src/models/open-prompt-model.ts";
import {
  azureProvider,
  databricksProvider,
  openaiProvider,
} from "../../../src/models/openai/openai-model.ts";
import {
  type LoopbackDatabricks,
  principal,
  startLoopbackDatabricks,
} from "../../support/loopback-databricks.ts";
import { modelSpec, secretsOf } from "../../support/model-specs.ts";

const servers: LoopbackDatabricks[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function workspace(options: Parameters<typeof startLoopbackDatabricks>[0] = {}) {
  const server = await startLoopbackDatabricks(options);
  servers.push(server);
  return server;
}

const hello = { messages: [{ role: "user", content: "Hello" }] };
const ok = { status: 200, body: { choices: [{ message: { role: "assistant", content: "ok" } }] } };

function open(plugin: ModelPlugin, changes: Partial<ModelSpec>, secrets: ModelSecrets) {
  const spec = modelSpec({ provider: plugin.name, ...changes });
  return plugin.create(plugin.options.parse(spec.providerOptions ?? {}) as never, { spec, secrets });
}

const signingIn = (more: Partial<NonNullable<ModelSecrets["servicePrincipal"]>> = {}): ModelSecrets => ({
  headers: {},
  servicePrincipal: {
    clientId: principal.clientId,
    clientSecret: new Secret(principal.clientSecret),
    ...more,
  },
});

describe("a service principal of Databricks", () => {
  it("signs in once for many calls of several models", async () => {
    const { host, requests, tokenRequests } = await workspace();
    const models = ["a", "b"].map((name) => open(databricksProvider, { baseUrl: host, name }, signingIn()));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => models[at % 2]?.complete(hello)));
    expect(answers.map((answer) => answer?.text)).toEqual(Array(20).fill("ok"));
    expect(tokenRequests).toHaveLength(1);
    expect(new Set(requests.map(({ path }) => path))).toEqual(
      new Set(["/serving-endpoints/chat/completions"]),
    );
  });

  it("sends the token and no other credential", async () => {
    const { host, requests } = await workspace();
    const secrets = {
      ...signingIn(),
      apiKey: new Secret("unused-key-123"),
      headers: { "Api-Key": new Secret("unused-header-123"), "X-Team": new Secret("growth-team") },
    };
    await open(databricksProvider, { baseUrl: host }, secrets).complete(hello);
    expect(requests[0]?.headers).toMatchObject({
      authorization: expect.stringMatching(/^Bearer workspace-token-0-/),
      "x-team": "growth-team",
    });
    expect(JSON.stringify(requests)).not.toMatch(/unused|dose0123/);
  });

  it("signs in at its workspace although the model is elsewhere", async () => {
    const own = await workspace();
    const gateway = await workspace({ answer: () => ok });
    const secrets = signingIn({ workspace: own.host });
    await open(databricksProvider, { baseUrl: `${gateway.host}/mlflow/v1` }, secrets).complete(hello);
    expect(gateway.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/mlflow/v1/chat/completions", expect.stringMatching(/^Bearer workspace-token-0-/)],
    ]);
    expect([own.tokenRequests.length, gateway.tokenRequests.length]).toEqual([1, 0]);
  });

  it("requests another token when the first one ends", async () => {
    const { host, tokenRequests, requests } = await workspace({ expiresInSeconds: 0.4 });
    const model = open(databricksProvider, { baseUrl: host }, signingIn());
    await model.complete(hello);
    await new Promise((resolve) => setTimeout(resolve, 450));
    await model.complete(hello);
    expect(tokenRequests).toHaveLength(2);
    expect(new Set(requests.map(({ headers }) => headers.authorization)).size).toBe(2);
  });

  it("is rejected with the server's reason and without its secret", async () => {
    const { host, requests } = await workspace({ clientSecret: "another-secret" });
    const model = open(databricksProvider, { baseUrl: host }, signingIn());
    await expect(model.complete(hello)).rejects.toMatchObject({
      kind: "auth",
      code: "model_auth",
      isFatal: true,
      billing: "none",
      message: `gpt-4o-mini at ${host}/serving-endpoints was not called: Databricks rejected the service principal: ${host}/oidc/v1/token answered 401: invalid_client: Client authentication failed`,
      hint: expect.stringContaining("DATABRICKS_CLIENT_SECRET"),
    });
    expect(requests).toEqual([]);
  });

  it.each([
    [
      { status: 500, body: "" },
      { kind: "server", isRetryable: true, billing: "none" },
    ],
    [
      { status: 429, body: { error: "slow_down" }, headers: { "retry-after": "3" } },
      { kind: "rate_limit", retryAfterMs: 3000, billing: "none" },
    ],
    [
      { status: 403, body: { message: "blocked by IP ACL" } },
      { kind: "auth", billing: "none" },
    ],
    [
      { status: 404, body: "<html>" },
      { kind: "unreachable", isFatal: true },
    ],
    [{ status: 302, body: "", headers: { location: "http://elsewhere" } }, { kind: "unreachable" }],
    [{ status: 200, body: "<html>login</html>" }, { kind: "unreachable" }],
    [
      { status: 401, body: { error: `secret ${principal.clientSecret} is wrong` } },
      { kind: "auth", message: expect.stringContaining("secret [secret] is wrong") },
    ],
  ])("%o to a request for a token is a clear error", async (answer, expected) => {
    const { host, requests } = await workspace({ answerToken: () => answer });
    const model = open(databricksProvider, { baseUrl: host }, signingIn());
    await expect(model.complete(hello)).rejects.toMatchObject(expected);
    expect(requests).toEqual([]);
  });

  it("at a host that does not exist is a set-up error", async () => {
    const secrets = signingIn({ workspace: "http://workspace.invalid" });
    const model = open(databricksProvider, { baseUrl: "http://workspace.invalid" }, secrets);
    await expect(model.complete(hello)).rejects.toMatchObject({
      code: "model_unreachable",
      hint: expect.stringContaining("workspace_host"),
    });
  });

  it("keeps its token out of errors and answers that quote it", async () => {
    let token = "";
    const { host } = await workspace({
      answer: ({ headers, body }) => {
        token = headers.authorization?.slice("Bearer ".length) ?? "";
        return body.includes("refuse")
          ? { status: 400, body: { error: { message: `bad token ${token}` } } }
          : {
              status: 200,
              body: { choices: [{ message: { role: "assistant", content: `it is ${token}` } }] },
            };
      },
    });
    const model = open(databricksProvider, { baseUrl: host }, signingIn());
    expect((await model.complete(hello)).text).toBe("it is [secret]");
    const refused = model.complete({ messages: [{ role: "user", content: "refuse" }] });
    await expect(refused).rejects.toThrow("bad token [secret]");
    expect(token).toMatch(/^workspace-token/);
  });

  it("calls stored prompts too", async () => {
    const { host, requests, tokenRequests } = await workspace();
    const opener = createPromptModelOpener(() => Promise.reject(new Error("not offline")));
    const spec = modelSpec({ provider: "databricks", baseUrl: `${host}/serving-endpoints` });
    for (let call = 0; call < 3; call++) {
      const model = await opener(spec, signingIn());
      const texts: string[] = [];
      const generation = model.generate({ prompt: hello.messages, parameters: {}, isStreamed: false });
      for await (const text of generation) texts.push(text);
      expect(texts).toEqual(["ok"]);
    }
    expect([requests.length, tokenRequests.length]).toEqual([3, 1]);
  });
});

describe("a token of Entra ID", () => {
  it.each(["", "/openai/v1"])("replaces the key of Azure at %j", async (path) => {
    const { host, requests } = await workspace({ answer: () => ok });
    const secrets = { headers: {}, entraToken: new Secret("entra-token-123") };
    await open(azureProvider, { baseUrl: `${host}${path}` }, secrets).complete(hello);
    expect(requests[0]?.headers.authorization).toBe("Bearer entra-token-123");
    expect(requests[0]?.headers).not.toHaveProperty("api-key");
  });

  it("is not mixed with a key of the environment", async () => {
    process.env["AZURE_OPENAI_API_KEY"] = "key-of-the-environment";
    try {
      const { host, requests } = await workspace({ answer: () => ok });
      await open(
        azureProvider,
        { baseUrl: host },
        { headers: {}, entraToken: new Secret("entra-token-123") },
      ).complete(hello);
      expect(JSON.stringify(requests)).not.toContain("key-of-the-environment");
    } finally {
      delete process.env["AZURE_OPENAI_API_KEY"];
    }
  });

  it("can come from a package, whose install line the error names", async () => {
    const { remoteHost } = await workspace({ answer: () => ok });
    const model = open(azureProvider, { baseUrl: remoteHost }, { headers: {} });
    await expect(model.complete(hello)).rejects.toMatchObject({
      code: "model_auth",
      hint: expect.stringContaining("npm install @azure/identity@4"),
    });
  });
});

describe("headers that authorize", () => {
  it.each([
    ["openai", "/v1", { "api-key": "own-header-123" }, "authorization"],
    ["azure", "", { Authorization: "Bearer own-header-123" }, "api-key"],
  ])("of provider %s are sent alone", async (provider, path, headers, absent) => {
    const plugin = provider === "azure" ? azureProvider : openaiProvider;
    const { host, requests } = await workspace({ answer: () => ok });
    const secrets = { headers: secretsOf("", headers).headers };
    await open(plugin, { baseUrl: `${host}${path}` }, secrets).complete(hello);
    const [[name, value] = ["", ""]] = Object.entries(headers);
    expect(requests[0]?.headers[name.toLowerCase()]).toBe(value);
    expect(requests[0]?.headers).not.toHaveProperty(absent);
  });

  it("are absent where no key is needed", async () => {
    const { host, requests } = await workspace({ answer: () => ok });
    await open(openaiProvider, { baseUrl: `${host}/v1` }, { headers: {} }).complete(hello);
    expect(requests[0]?.headers).not.toHaveProperty("authorization");
  });
});
