import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ModelSpec } from "../../../src/contracts/model-spec.ts";
import { builtinModels } from "../../../src/models/index.ts";
import { missingKey } from "../../../src/models/open-prompt-model.ts";
import { buildModel } from "../../../src/models/stack.ts";
import { createStackServices } from "../../../src/models/stack-services.ts";
import { createCatalog } from "../../../src/plugins/catalog.ts";
import { modelSpec, noSecrets, secretsOf } from "../../support/model-specs.ts";
import { bedrockProtocol } from "../../support/protocols/bedrock-protocol.ts";
import { startProtocolServer } from "../../support/protocols/protocol-server.ts";

const catalog = createCatalog({ optimizer: {}, scorer: {}, model: builtinModels });
const back: string = process.cwd();
afterEach(() => process.chdir(back));

async function complete(changes: Partial<ModelSpec>) {
  const services = createStackServices({ catalog, models: {}, concurrency: 2 });
  const model = await buildModel(
    modelSpec({ provider: "ai-sdk", retries: 0, ...changes }),
    noSecrets,
    services,
  );
  return model.complete({
    messages: [
      { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }] },
    ],
  });
}

/** A project with a package for `import` alone, and that folder as the working folder. */
function inProjectWith(source: string, [scope, name] = ["@acme", "models"]): void {
  const cwd = mkdtempSync(join(tmpdir(), "dao-opt-peer-"));
  const place = join(cwd, "node_modules", scope ?? "", name ?? "");
  mkdirSync(place, { recursive: true });
  const manifest = {
    name: `${scope}/${name}`,
    version: "1.0.0",
    type: "module",
    exports: { ".": { import: "./index.js" } },
  };
  writeFileSync(join(place, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(place, "index.js"), source);
  process.chdir(cwd);
}

describe("a package", () => {
  it("that is missing is an error with the line that installs it", async () => {
    const absent = { providerOptions: { package: "@acme/not-installed" } };
    await expect(complete(absent)).rejects.toMatchObject({
      ...{ kind: "unreachable", isFatal: true },
      message: "provider ai-sdk needs the package @acme/not-installed, which is not installed",
      hint: "npm install @acme/not-installed",
    });
    expect(missingKey(modelSpec({ provider: "ai-sdk", ...absent }), noSecrets)?.hint).toBe(
      "npm install @acme/not-installed",
    );
    expect(missingKey(modelSpec({ provider: "anthropic" }), secretsOf("key-0123456789"))).toBeUndefined();
  });

  it("that is not named is asked for", async () => {
    await expect(complete({})).rejects.toMatchObject({
      message: expect.stringContaining("no package for model"),
      hint: "set package of resources.llms.target, for example @ai-sdk/mistral",
    });
  });

  it("of the working folder's project is found; specification v4 gets files in its own form", async () => {
    inProjectWith(`
      export function createAcme(settings) {
        return (modelId) => ({
          specificationVersion: "v4", provider: "acme.chat", modelId,
          async doGenerate({ prompt, providerOptions }) {
            const text = JSON.stringify({ data: prompt[0].content[0].data, settings: { project: settings.projectName }, providerOptions });
            return {
              content: [{ type: "text", text }], warnings: [],
              finishReason: { unified: "stop", raw: "done" },
              usage: { inputTokens: { total: 7 }, outputTokens: { total: 3 } },
            };
          },
        });
      }
    `);
    const providerOptions = { package: "@acme/models", project_name: "p" };
    const { text, usage } = await complete({
      providerOptions,
      parameters: { reasoningEffort: "low", other: { some_option: 1 } },
    });
    expect(JSON.parse(text)).toEqual({
      data: { type: "data", data: "AAAA" },
      settings: { project: "p" },
      providerOptions: { acme: { reasoningEffort: "low", someOption: 1 } },
    });
    expect(usage).toEqual({ inputTokens: 7, outputTokens: 3 });
  });

  it.each([
    ["exports no provider", "export const x = 1;", "exports no create… function"],
    [
      "has an old specification",
      'export const createX = () => () => ({ specificationVersion: "v1" });',
      "specification v1",
    ],
    ["throws when loaded", 'throw new Error("broken build");', "cannot be loaded: broken build"],
  ])("that %s is refused", async (_, source, message) => {
    inProjectWith(source);
    await expect(complete({ providerOptions: { package: "@acme/models" } })).rejects.toMatchObject({
      kind: "unreachable",
      message: expect.stringContaining(message),
    });
  });

  it("that finds AWS credentials signs Bedrock's requests, and says why it found none", async () => {
    const server = await startProtocolServer(bedrockProtocol);
    const chain = (body: string) =>
      inProjectWith(`export const fromNodeProviderChain = () => async () => { ${body} };`, [
        "@aws-sdk",
        "credential-providers",
      ]);
    const spec = {
      ...{ provider: "bedrock", name: bedrockProtocol.model },
      providerOptions: { region: "eu-west-1" },
      // Not a loopback name, where no credentials are needed.
      baseUrl: server.baseUrl.replace("127.0.0.1", "0.0.0.0"),
    };
    chain(
      'return { accessKeyId: "ASIAFROMPROFILE", secretAccessKey: "secret-0123456789", sessionToken: "s" };',
    );
    expect((await complete(spec)).text).toBe("ok");
    expect(server.requests[0]?.headers.authorization).toContain("Credential=ASIAFROMPROFILE/");
    chain('throw new Error("Could not load credentials from any providers");');
    await expect(complete(spec)).rejects.toMatchObject({ kind: "auth", isFatal: true });
    await server.close();
  });
});
