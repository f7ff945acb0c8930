import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** A PostgreSQL server of its own, on a free port of this machine, that asks for a password. */
export interface PostgresServer {
  /** Address of a new, empty database. */
  createDatabase(): Promise<string>;
  /** Runs one statement as the administrator, in a database or in `postgres`. */
  admin(sql: string, url?: string): Promise<readonly Record<string, unknown>[]>;
  readonly port: number;
  readonly password: string;
  certificate(): string;
  /** Ends the server as a crash would; `start` brings it back with its data. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Stops the server's processes for a while, as a stalled disk would. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

const user = "tester";
const password = "p@ss/w:rd 1";

/** Folder with `initdb` and `postgres`; undefined if PostgreSQL is not installed. */
function findPostgres(): string | undefined {
  const versions = "/usr/lib/postgresql";
  const installed = existsSync(versions)
    ? readdirSync(versions)
        .sort((one, other) => Number(other) - Number(one))
        .map((version) => join(versions, version, "bin"))
    : [];
  const places = [...installed, "/usr/local/bin", ...(process.env["PATH"] ?? "").split(delimiter)];
  return places.find((place) => existsSync(join(place, "initdb")) && existsSync(join(place, "postgres")));
}

/** With `tls`, the server has a certificate for 127.0.0.1 that it signed itself. */
export async function startPostgres({ tls = false } = {}): Promise<PostgresServer> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  const folder = mkdtempSync(join(tmpdir(), "dao-opt-postgres-"));
  const identity = identityFor(folder);
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password);
  if (identity.uid !== undefined) chownSync(passwordFile, identity.uid, identity.gid ?? identity.uid);
  const env = { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", TZ: "UTC" };
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", user, "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8", "--no-sync"],
    { ...identity, env, cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  );
  if (tls) {
    const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    const files = ["-keyout", join(data, "server.key"), "-out", join(data, "server.crt")];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...names, ...files],
      {
        ...identity,
        env,
        cwd: folder,
        stdio: "ignore",
      },
    );
  }
  const port = await freePort();
  let child: ChildProcess | undefined;
  let log = "";

  const urlOf = (database: string) =>
    `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  const start = async (): Promise<void> => {
    const settings = {
      listen_addresses: "127.0.0.1",
      port: String(port),
      unix_socket_directories: folder,
      fsync: "off",
      ssl: tls ? "on" : "off",
      max_connections: "60",
      shared_buffers: "64MB",
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const started = spawn(join(bin, "postgres"), ["-D", data, ...flags], {
      ...identity,
      env,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    child = started;
    started.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-4000);
    });
    for (let attempt = 0; ; attempt++) {
      if (started.exitCode !== null || attempt > 300) throw new Error(`PostgreSQL did not start:\n${log}`);
      try {
        await admin("select 1");
        return;
      } catch {
        await sleep(100);
      }
    }
  };
  const admin = async (sql: string, url = urlOf("postgres")) => {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(sql)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = child;
    if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
    const closed = new Promise((resolve) => ended.once("exit", resolve));
    ended.kill(signal);
    await closed;
  };
  const children = (): number[] => {
    const pid = String(child?.pid);
    const listed = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return listed.flatMap((name) => (parentOf(name) === pid ? [Number(name)] : [])).concat(child?.pid ?? []);
  };
  await start();
  let databases = 0;
  return {
    port,
    password,
    certificate: () => readFileSync(join(data, "server.crt"), "utf8"),
    admin,
    start,
    async createDatabase() {
      const name = `db_${++databases}`;
      await admin(`create database ${name}`);
      return urlOf(name);
    },
    // Like a crash for clients, and the server's own processes end with it.
    kill: () => end("SIGQUIT"),
    pause: () => signalAll(children(), "SIGSTOP"),
    resume: () => signalAll(children(), "SIGCONT"),
    async close() {
      await end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function identityFor(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => {
    for (const name of ["postgres", "nobody"]) {
      try {
        return Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: "pipe" }));
      } catch {
        // The next one.
      }
    }
    throw new Error("PostgreSQL does not run as root, and there is no user postgres or nobody");
  };
  const identity = { uid: idOf("-u"), gid: idOf("-g") };
  chownSync(folder, identity.uid, identity.gid);
  chmodSync(folder, 0o755);
  return identity;
}

function parentOf(pid: string): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    return status.slice(status.lastIndexOf(")") + 2).split(" ")[1];
  } catch {
    return undefined;
  }
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) process.kill(pid, signal);
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
