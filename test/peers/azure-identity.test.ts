import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createIdentityRequest } from "../../src/network/azure-tokens.ts";
import { createTokenSource } from "../../src/network/token-source.ts";
import { type NodePackages, prepareNode } from "./node-packages.ts";

// The token endpoint that Azure's App Service offers its applications: plain HTTP on the same machine.
const seen: IncomingMessage[] = [];
let status = 200;
const server = createServer((request, response) => {
  seen.push(request);
  response.writeHead(status, { "content-type": "application/json" });
  const expiresOn = Math.floor(Date.now() / 1000) + 3600;
  const token = { access_token: `managed-token-${seen.length}`, expires_on: String(expiresOn) };
  response.end(
    JSON.stringify(status === 200 ? { ...token, token_type: "Bearer", resource: "r", client_id: "c" } : {}),
  );
});

let packages: NodePackages;
const variables = ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_TOKEN_CREDENTIALS"];
beforeAll(async () => {
  packages = await prepareNode("@azure/identity@4.13.1");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  for (const name of variables) delete process.env[name];
  seen.length = 0;
  status = 200;
});
afterAll(() => void server.close());

const load = async () => packages.require("@azure/identity") as never;

it("DefaultAzureCredential gets one token of a managed identity for many calls", async () => {
  const { port } = server.address() as AddressInfo;
  process.env["IDENTITY_ENDPOINT"] = `http://127.0.0.1:${port}/msi/token`;
  process.env["IDENTITY_HEADER"] = "header-of-the-application";
  process.env["AZURE_TOKEN_CREDENTIALS"] = "ManagedIdentityCredential";
  const tokens = createTokenSource(createIdentityRequest(load));
  const got = await Promise.all(Array.from({ length: 20 }, () => tokens.token()));
  expect(new Set(got)).toEqual(new Set(["managed-token-1"]));
  expect(seen).toHaveLength(1);
  expect(seen[0]?.url).toContain("resource=https%3A%2F%2Fcognitiveservices.azure.com");
});

it("without an identity, the error says what was tried and what to do", async () => {
  process.env["AZURE_TOKEN_CREDENTIALS"] = "AzureCliCredential";
  const path = process.env["PATH"];
  process.env["PATH"] = "/nowhere";
  try {
    await expect(createIdentityRequest(load)()).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/^Entra ID issued no token: .*Azure CLI could not be found/),
      hint: expect.stringContaining("az login"),
    });
  } finally {
    process.env["PATH"] = path;
  }
});
