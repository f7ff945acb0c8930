import { cpSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { repository, spawnCli, startCli } from "../../support/spawn-cli.ts";
import { freePort, startRedis } from "../support/redis.ts";

interface Service {
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly deploy?: { readonly replicas?: number };
}

/** The compose file's services, started by hand: the same commands and variables, at addresses of this machine. */
it("runs the services of examples/scale/docker-compose.yml", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dao-opt-compose-")));
  cpSync(join(repository, "examples"), join(folder, "examples"), { recursive: true });
  const cwd = join(folder, "examples/scale");
  const text = readFileSync(join(cwd, "docker-compose.yml"), "utf8").replace(/\$\{\w+:-([^}]*)\}/g, "$1");
  const { services } = parse(text, { merge: true }) as { services: Readonly<Record<string, Service>> };
  const wordsOf = ({ command = [] }: Service): readonly string[] =>
    typeof command === "string" ? command.trim().split(/\s+/) : command;

  // `valkey-server --requirepass X --maxmemory …`, as Redis.
  const settings = wordsOf(services["valkey"] as Service)
    .slice(1)
    .join(" ")
    .split(/\s*--/)
    .filter((line) => line !== "" && !/^(save|appendonly)\b/.test(line));
  const [password] = settings.flatMap((line) => /^requirepass (.+)$/.exec(line)?.[1] ?? []);
  const redis = await startRedis({
    password: password as string,
    settings: settings.filter((line) => !line.startsWith("requirepass")),
  });
  const envOf = (service: Service): Record<string, string> =>
    Object.fromEntries(
      Object.entries(service.environment ?? {})
        // The database has its own tests.
        .filter(([name]) => name !== "DAO_OPT_ANSWERS")
        .map(([name, value]) => [name, value.replace("@valkey:6379", `@127.0.0.1:${redis.port}`)]),
    );
  const start = (
    name: string,
    change: (words: readonly string[]) => readonly string[] = (words) => words,
  ) => {
    const service = services[name] as Service;
    return startCli(change(wordsOf(service)), { cwd, env: envOf(service) });
  };
  try {
    const workers = Array.from({ length: services["worker"]?.deploy?.replicas ?? 1 }, () => start("worker"));
    expect(workers).toHaveLength(2);
    for (const worker of workers) await worker.shows(/waits for jobs/);
    const port = String(await freePort());
    const server = start("serve", (words) => words.map((word) => (word === "4040" ? port : word)));
    const ended = await start("coordinator").result;
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/✓ optimize_sentiment: version 2 is better/);
    const page = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    expect(page?.status ?? 0).toBe(200);
    for (const worker of [...workers, server]) worker.child.kill("SIGTERM");
    for (const worker of workers) {
      const { exitCode, stderr } = await worker.result;
      expect(exitCode).toBe(0);
      // Both did a part of the work.
      expect(stderr).toMatch(/ended: [1-9]\d* done, 0 failed/);
    }
    await server.result;
    const alone = await spawnCli(["run", "config.yaml", "--no-cache", "-q", "--registry", "other"], { cwd });
    expect(alone.exitCode, alone.stderr).toBe(0);
  } finally {
    await redis.close();
  }
});
