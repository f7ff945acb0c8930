import { afterEach, expect, it } from "vitest";
import { Secret } from "../../../src/core/text/secret.ts";
import { resolveMlflowConnection } from "../../../src/mlflow/connection.ts";
import { createMlflowClient } from "../../../src/mlflow/mlflow-client.ts";
import { databricksTokens } from "../../../src/network/databricks-tokens.ts";
import {
  type LoopbackDatabricks,
  principal,
  startLoopbackDatabricks,
} from "../../support/loopback-databricks.ts";

let server: LoopbackDatabricks | undefined;
afterEach(() => server?.close());

const get = { method: "GET", path: "/api/2.0/mlflow/experiments/get" } as const;

async function open(
  options: Parameters<typeof startLoopbackDatabricks>[0] = {},
  secret = principal.clientSecret,
) {
  server = await startLoopbackDatabricks(options);
  const env = {
    DATABRICKS_HOST: server.host,
    DATABRICKS_CLIENT_ID: principal.clientId,
    DATABRICKS_CLIENT_SECRET: secret,
  };
  const connection = resolveMlflowConnection({ uri: "databricks" }, env);
  return { server, connection, client: createMlflowClient(connection, { sleep: async () => {} }) };
}

it("MLflow in a workspace gets the token of a service principal, which models share", async () => {
  const { server, client } = await open();
  await Promise.all(Array.from({ length: 10 }, () => client.call(get)));
  await databricksTokens(`${server.host}/serving-endpoints`, {
    clientId: principal.clientId,
    clientSecret: new Secret(principal.clientSecret),
  }).token();
  expect(server.tokenRequests).toHaveLength(1);
  expect(server.requests).toHaveLength(10);
  expect(server.requests[0]?.headers.authorization).toMatch(/^Bearer workspace-token-0-/);
});

it("a token wins, and credentials go to their own workspace only", () => {
  const own = {
    DATABRICKS_HOST: "w.cloud.databricks.com",
    DATABRICKS_CLIENT_ID: "i",
    DATABRICKS_CLIENT_SECRET: "s",
  };
  const kindOf = (uri: string, env: Readonly<Record<string, string>>) =>
    resolveMlflowConnection({ uri }, env).credentials.kind;
  expect(kindOf("https://w.cloud.databricks.com", own)).toBe("service_principal");
  expect(kindOf("databricks", { ...own, DATABRICKS_TOKEN: "t" })).toBe("bearer");
  expect(() => kindOf("https://other.cloud.databricks.com", own)).toThrow("no token for Databricks");
});

it("a rejected principal is an error of sign-in", async () => {
  const { client, server } = await open({}, "a-wrong-secret-123");
  await expect(client.call(get)).rejects.toMatchObject({
    code: "mlflow_auth",
    kind: "unauthorized",
    message: expect.stringContaining("invalid_client"),
    hint: expect.stringContaining("DATABRICKS_CLIENT_SECRET"),
  });
  expect(server.requests).toEqual([]);
});

it("a passing failure of the sign-in is repeated", async () => {
  const { client, server } = await open({
    answerToken: (index) => (index === 0 ? { status: 503, body: "" } : undefined),
  });
  await client.call(get);
  expect(server.tokenRequests).toHaveLength(2);
});

it("a principal without access to the workspace is named", async () => {
  const { client } = await open({ answer: () => ({ status: 401, body: { message: "Not in workspace" } }) });
  await expect(client.call(get)).rejects.toMatchObject({
    hint: expect.stringContaining("the service principal signed in"),
  });
});
