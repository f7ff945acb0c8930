import { expect, it } from "vitest";
import { Secret } from "../../../src/core/text/secret.ts";
import { type MlflowConnection, resolveMlflowConnection } from "../../../src/mlflow/connection.ts";

function shown({ kind, address, credentials }: MlflowConnection) {
  const given =
    credentials.kind === "basic"
      ? `${credentials.username}:${credentials.password.reveal()}`
      : credentials.kind === "bearer"
        ? credentials.token.reveal()
        : "";
  return [kind, address, credentials.kind, given];
}

it.each([
  [{ uri: "http://127.0.0.1:5000/" }, {}, ["mlflow", "http://127.0.0.1:5000", "none", ""]],
  [{}, { MLFLOW_TRACKING_URI: "https://x.example/ml/" }, ["mlflow", "https://x.example/ml", "none", ""]],
  [
    { uri: "http://a:5000" },
    { MLFLOW_TRACKING_URI: "http://b", MLFLOW_TRACKING_USERNAME: "u", MLFLOW_TRACKING_PASSWORD: "p" },
    ["mlflow", "http://a:5000", "basic", "u:p"],
  ],
  [
    { uri: "http://a" },
    { MLFLOW_TRACKING_TOKEN: "t", MLFLOW_TRACKING_USERNAME: "u", MLFLOW_TRACKING_PASSWORD: "p" },
    ["mlflow", "http://a", "basic", "u:p"],
  ],
  [{ uri: "http://a" }, { MLFLOW_TRACKING_TOKEN: " t\n" }, ["mlflow", "http://a", "bearer", "t"]],
  [
    { uri: "http://a", token: new Secret("own") },
    { MLFLOW_TRACKING_TOKEN: "t" },
    ["mlflow", "http://a", "bearer", "own"],
  ],
  [{ uri: "http://u:p%40@a:1/" }, {}, ["mlflow", "http://a:1", "basic", "u:p@"]],
  [
    { uri: "databricks" },
    { DATABRICKS_HOST: "w.cloud.databricks.com/", DATABRICKS_TOKEN: "d" },
    ["databricks", "https://w.cloud.databricks.com", "bearer", "d"],
  ],
  [
    { uri: "https://w.cloud.databricks.com" },
    { DATABRICKS_HOST: "https://w.cloud.databricks.com", DATABRICKS_TOKEN: "d" },
    ["databricks", "https://w.cloud.databricks.com", "bearer", "d"],
  ],
] as const)("%o with %o", (settings, env, expected) => {
  expect(shown(resolveMlflowConnection(settings, env))).toEqual(expected);
});

it.each([
  [{}, {}, "no address", "MLFLOW_TRACKING_URI"],
  [{ uri: "sqlite:///secret/mlflow.db" }, {}, "a sqlite: URI", "mlflow server"],
  [{ uri: "./mlruns" }, {}, "a path", "mlflow server"],
  [{ uri: "databricks" }, { DATABRICKS_TOKEN: "d" }, "DATABRICKS_HOST is not set", "DATABRICKS_HOST"],
  [{ uri: "databricks" }, { DATABRICKS_HOST: "w.example" }, "no token", "DATABRICKS_TOKEN"],
  [{ uri: "databricks://profile" }, {}, "profiles", "DATABRICKS_HOST"],
  [{ uri: "http://a" }, { MLFLOW_TRACKING_USERNAME: "u" }, "without a password", "MLFLOW_TRACKING_PASSWORD"],
  [
    { uri: "http://a" },
    { MLFLOW_TRACKING_TOKEN: "a secret token" },
    "token holds a space",
    "MLFLOW_TRACKING_TOKEN",
  ],
  [
    { uri: "https://other.cloud.databricks.com" },
    { DATABRICKS_HOST: "https://w.cloud.databricks.com", DATABRICKS_TOKEN: "d" },
    "no token for Databricks at https://other.cloud.databricks.com",
    "DATABRICKS_HOST",
  ],
])("%o with %o is rejected", (settings, env, message, hint) => {
  const resolve = () => resolveMlflowConnection(settings, env);
  expect(resolve).toThrow(message);
  expect(resolve).not.toThrow("a secret token");
  expect(resolve).toThrow(
    expect.objectContaining({ kind: "unconfigured", hint: expect.stringContaining(hint) }),
  );
});
