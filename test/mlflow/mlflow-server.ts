import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "../../src/core/text/secret.ts";
import type { MlflowConnection, MlflowCredentials } from "../../src/mlflow/connection.ts";
import { createMlflowClient, type MlflowClient } from "../../src/mlflow/mlflow-client.ts";
import { type Python, preparePython } from "../peers/python-venv.ts";

export interface MlflowServer {
  readonly address: string;
  readonly python: Python;
  /** Environment of MLflow's own Python client. */
  readonly env: Readonly<Record<string, string>>;
  readonly client: MlflowClient;
  clientWith(credentials: MlflowCredentials): MlflowClient;
  stop(): Promise<void>;
}

const adminName = "admin";
export const adminPassword = "a-long-password-1234";
const startSeconds = 300;

/** A real `mlflow server` over SQLite, on a port of its own, with or without basic authentication. */
export async function startMlflowServer({ auth = false } = {}): Promise<MlflowServer> {
  const python = await preparePython("mlflow");
  const { executable } = (await python.run("mlflow_executable.py", {})) as { readonly executable: string };
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-mlflow-"));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const log = join(folder, "server.log");
  writeFileSync(
    join(folder, "auth.ini"),
    [
      "[mlflow]",
      "default_permission = READ",
      `database_uri = sqlite:///${folder}/auth.db`,
      `admin_username = ${adminName}`,
      `admin_password = ${adminPassword}`,
      "authorization_function = mlflow.server.auth:authenticate_request_basic_auth",
      "",
    ].join("\n"),
  );
  const output = openSync(log, "a");
  const server = spawn(
    "nice",
    [
      ...["-n", "10", executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", String(port)],
      ...["--workers", "1", "--backend-store-uri", `sqlite:///${folder}/mlflow.db`],
      ...["--artifacts-destination", join(folder, "artifacts")],
      ...(auth ? ["--app-name", "basic-auth"] : []),
    ],
    {
      cwd: folder,
      detached: true,
      stdio: ["ignore", output, output],
      env: {
        ...process.env,
        NO_PROXY: "127.0.0.1,localhost",
        MLFLOW_AUTH_CONFIG_PATH: join(folder, "auth.ini"),
        MLFLOW_FLASK_SERVER_SECRET_KEY: "of-no-use-outside-this-test",
        MLFLOW_DISABLE_TELEMETRY: "true",
      },
    },
  );
  await answering(`${address}/health`, server, log);

  const clientWith = (credentials: MlflowCredentials) =>
    createMlflowClient({ kind: "mlflow", address, credentials } satisfies MlflowConnection);
  const admin: MlflowCredentials = auth
    ? { kind: "basic", username: adminName, password: new Secret(adminPassword) }
    : { kind: "none" };
  return {
    address,
    python,
    env: {
      MLFLOW_TRACKING_URI: address,
      MLFLOW_DISABLE_TELEMETRY: "true",
      ...(auth ? { MLFLOW_TRACKING_USERNAME: adminName, MLFLOW_TRACKING_PASSWORD: adminPassword } : {}),
    },
    client: clientWith(admin),
    clientWith,
    async stop() {
      if (server.exitCode === null && server.pid !== undefined) {
        const ended = new Promise((resolve) => server.once("close", resolve));
        // Its workers are processes of their own.
        process.kill(-server.pid, "SIGKILL");
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answering(url: string, server: ChildProcess, log: string): Promise<void> {
  for (let second = 0; second < startSeconds * 2; second++) {
    if (server.exitCode !== null) break;
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, "SIGKILL");
  throw new Error(`mlflow server did not start\n${readFileSync(log, "utf8")}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
