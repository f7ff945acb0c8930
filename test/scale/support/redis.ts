import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

export interface RedisOptions {
  readonly password?: string;
  /** A self-signed certificate; `ca` of the server is its file. */
  readonly tls?: boolean;
  /** More lines of the configuration, for example `maxmemory 2mb`. */
  readonly settings?: readonly string[];
  /** Commands that this server does not have. */
  readonly withoutCommands?: readonly string[];
  readonly port?: number;
}

/** A real Redis in a temporary folder, without persistence: a restart leaves it empty. */
export interface RedisServer {
  /** With the password. */
  readonly url: string;
  readonly port: number;
  /** File of the certificate, for NODE_EXTRA_CA_CERTS. */
  readonly ca: string | undefined;
  readonly child: ChildProcess;
  /** A new connection, closed with the server. */
  connect(): Redis;
  /** Ends the process without a goodbye. */
  kill(): Promise<void>;
  /** Starts it again on its port, empty. */
  start(): Promise<void>;
  /** Names of all keys. */
  keys(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-redis-"));
  const port = options.port ?? (await freePort());
  const ca = options.tls === true ? join(folder, "cert.pem") : undefined;
  if (ca !== undefined) createCertificate(folder);
  const scheme = ca === undefined ? "redis" : "rediss";
  const user = options.password === undefined ? "" : `:${encodeURIComponent(options.password)}@`;
  const url = `${scheme}://${user}127.0.0.1:${port}`;
  const settings = [
    ...(ca === undefined
      ? ["port", String(port)]
      : [
          "port",
          "0",
          "tls-port",
          String(port),
          "tls-cert-file",
          ca,
          "tls-key-file",
          join(folder, "key.pem"),
        ]),
    ...(ca === undefined ? [] : ["tls-ca-cert-file", ca, "tls-auth-clients", "no"]),
    ...(options.password === undefined ? [] : ["requirepass", options.password]),
    ...(options.settings ?? []).flatMap((line) => line.split(" ")),
  ];
  const args = [
    ...settings.map((word, at) => (at % 2 === 0 ? `--${word}` : word)),
    ...(options.withoutCommands ?? []).flatMap((name) => ["--rename-command", name, ""]),
  ];
  const connections: Redis[] = [];
  let child: ChildProcess | undefined;

  const connect = (): Redis => {
    const client = new Redis(url, {
      maxRetriesPerRequest: null,
      // The check's command and that of MONITOR would get each other's replies.
      enableReadyCheck: false,
      ...(ca === undefined ? {} : { tls: { rejectUnauthorized: false } }),
    });
    client.on("error", () => {});
    connections.push(client);
    return client;
  };
  const start = async (): Promise<void> => {
    child = spawn(
      "redis-server",
      ["--save", "", "--appendonly", "no", "--dir", folder, "--bind", "127.0.0.1", ...args],
      { stdio: "ignore" },
    );
    const probe = connect();
    await probe.ping();
  };
  const kill = async (): Promise<void> => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child?.once("close", resolve));
    child?.kill("SIGCONT");
    child?.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url,
    port,
    ca,
    get child() {
      return child as ChildProcess;
    },
    connect,
    kill,
    start,
    keys: async () => (await (connections[0] as Redis).keys("*")).sort(),
    async close() {
      for (const client of connections) client.disconnect();
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function createCertificate(folder: string): void {
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"],
      ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
    ],
    { cwd: folder, stdio: "ignore" },
  );
}

/** A port that nothing listens on. */
export function freePort(from = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => (from === 0 ? reject(error) : resolve(freePort(from + 1))));
    server.listen(from, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
