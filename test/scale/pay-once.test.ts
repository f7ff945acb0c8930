import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  answersPruneOutputSchema,
  answersStatusOutputSchema,
} from "../../src/cli/commands/answers/output.ts";
import { schemaInitOutputSchema } from "../../src/cli/session/init-database.ts";
import { createHttpProject, decisionsOf, type HttpProject, offlineAnswer } from "../support/http-project.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { spawnCli, startCli } from "../support/spawn-cli.ts";
import { parseJson } from "../support/workspace.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

let postgres: PostgresServer;
let models: LoopbackOpenAI;
let url: string;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.close());
beforeEach(async () => {
  models = await startLoopbackOpenAI({
    answer: offlineAnswer,
    latency: { medianMs: 25, sigma: 0.8, seed: 3 },
  });
  url = await postgres.createDatabase();
});
afterEach(() => models.close());

const init = (given = url) =>
  spawnCli(["answers", "init", "--answers", given, "--json"], {
    cwd: mkdtempSync(join(tmpdir(), "dao-opt-")),
  });

/** The same config in several folders, as on several machines. */
function machines(count: number): readonly HttpProject[] {
  const first = createHttpProject({ baseUrl: models.baseUrl, rows: 40 });
  return Array.from({ length: count }, (_, at) => {
    if (at === 0) return first;
    const other = createHttpProject({ baseUrl: models.baseUrl, rows: 40 });
    for (const name of ["config.yaml", "rows.jsonl"])
      cpSync(join(first.directory, name), join(other.directory, name));
    return other;
  });
}

const env = () => ({ DAO_OPT_ANSWERS: url });
const run = (project: HttpProject, ...args: string[]) =>
  spawnCli(["run", "config.yaml", ...args], { cwd: project.directory, env: env() });

async function alone() {
  const [project] = machines(1) as [HttpProject];
  const before = models.count;
  const ended = await spawnCli(["run", "config.yaml"], { cwd: project.directory });
  expect(ended.exitCode, ended.stderr).toBe(0);
  return { calls: models.count - before, decisions: decisionsOf(project) };
}

describe("runs on several machines with one database of answers", () => {
  test.each([[[[], []]], [[["-j", "64"], ["-j", "1"], [], ["-j", "64"], []]]])(
    "%j pay together what one pays, with its result",
    async (args) => {
      expect((await init()).exitCode).toBe(0);
      const projects = machines(args.length);
      const ended = await Promise.all(projects.map((project, at) => run(project, ...(args[at] ?? []))));
      for (const { exitCode, stderr } of ended) {
        expect(exitCode, stderr).toBe(0);
        expect(stderr).not.toContain("not available");
      }
      const paid = models.count;
      const one = await alone();
      expect(paid).toBe(one.calls);
      for (const project of projects) expect(decisionsOf(project)).toEqual(one.decisions);
      expect(ended.some(({ stderr }) => /waiting for another run \(process \d+ on /.test(stderr))).toBe(true);
      const status = await spawnCli(["answers", "status", "--json"], {
        cwd: projects[0]?.directory ?? "",
        env: env(),
      });
      expect(parseJson(status.stdout, answersStatusOutputSchema)).toMatchObject({
        ...{ answers: one.calls, claims: 0, schema_version: 1, outdated: 0 },
        database: `postgres://127.0.0.1:${postgres.port}/${url.split("/").at(-1)}`,
      });
      const [found] = await postgres.admin(
        "select count(*) as n from dao_opt_answers where answer::text like '%Text:%'",
        url,
      );
      expect(found).toEqual({ n: "0" });
    },
  );

  test.each(["SIGKILL", "SIGINT"] as const)("one is ended by %s: the other goes on", async (signal) => {
    await init();
    const [one, two] = machines(2) as [HttpProject, HttpProject];
    const first = startCli(["run", "config.yaml", "-j", "4"], { cwd: one.directory, env: env() });
    await models.reached(5);
    const second = startCli(["run", "config.yaml", "-j", "4"], { cwd: two.directory, env: env() });
    await models.reached(30);
    first.child.kill(signal);
    await first.result;
    const ended = await second.result;
    expect(ended.exitCode, ended.stderr).toBe(0);
    const paid = models.count;
    const whole = await alone();
    expect(paid).toBeGreaterThanOrEqual(whole.calls);
    // The calls in flight, and answers on their way to the database.
    expect(paid).toBeLessThanOrEqual(whole.calls + 8);
    expect(decisionsOf(two)).toEqual(whole.decisions);
  });

  test("the database is lost in the middle and comes back: same result, nothing lost", async () => {
    await init();
    const [project] = machines(1) as [HttpProject];
    const started = startCli(["run", "config.yaml", "-j", "2"], { cwd: project.directory, env: env() });
    await models.reached(20);
    await postgres.kill();
    await models.reached(60);
    await postgres.start();
    const { exitCode, stderr } = await started.result;
    expect(exitCode, stderr).toBe(0);
    expect(stderr.match(/shared answers are not available/g)).toHaveLength(1);
    expect(stderr).not.toContain(encodeURIComponent(postgres.password));
    const paid = models.count;
    const again = await run(project, "--registry", "./other", "--no-progress");
    expect(again.exitCode, again.stderr).toBe(0);
    expect(models.count, again.stderr).toBe(paid);
    const [stored] = await postgres.admin("select count(*)::int as n from dao_opt_answers", url);
    expect(stored).toEqual({ n: paid });
  });
});

describe("a database that cannot be used", () => {
  const cases: readonly [string, () => string | Promise<string>, number, RegExp, RegExp][] = [
    ["nothing listens", () => "postgres://127.0.0.1:1/x", 4, /ECONNREFUSED/, /check the address/],
    ["no such host", () => "postgres://nowhere.invalid/x", 4, /nowhere\.invalid/, /check the address/],
    ["no tables", () => url, 4, /has no tables for answers/, /dao-opt answers init/],
    [
      "a wrong password",
      () => url.replace(/:[^:@]+@/, ":wrong-password@"),
      4,
      /password authentication failed/,
      /PGPASSWORD/,
    ],
    ["no password", () => url.replace(/:[^:@/]+@/, "@"), 4, /password/, /PGPASSWORD/],
    [
      "no such database",
      () => url.replace(/db_\d+$/, "none"),
      4,
      /"none" does not exist/,
      /create the database/,
    ],
    [
      "another protocol",
      () => "mysql://user:hidden-password@host/x",
      2,
      /got "mysql:\/\/host\/x"/,
      /encode characters/,
    ],
  ];
  test.each(cases)("%s", async (_name, given, exit, message, hint) => {
    const [project] = machines(1) as [HttpProject];
    const answers = await given();
    for (const args of [
      ["run", "config.yaml"],
      ["eval", "config.yaml"],
    ]) {
      const ended = await spawnCli([...args, "--answers", answers, "--json"], { cwd: project.directory });
      expect(ended.exitCode, ended.stdout + ended.stderr).toBe(exit);
      const { error } = JSON.parse(ended.stdout);
      expect(error.message).toMatch(message);
      expect(error.hint).toMatch(hint);
      const shown = ended.stdout + ended.stderr;
      for (const secret of [
        "wrong-password",
        "hidden-password",
        postgres.password,
        encodeURIComponent(postgres.password),
      ])
        expect(shown).not.toContain(secret);
    }
    expect(models.count).toBe(0);
  });

  test("the password comes from the environment, .env or ${env:NAME}", async () => {
    await init();
    const [project] = machines(1) as [HttpProject];
    const bare = url.replace(/:[^:@/]+@/, "@");
    const { config } = project;
    Object.assign(config, { state: { path: "./.dao-opt", answers: bare } });
    project.save();
    const byVariable = await spawnCli(["eval", "config.yaml"], {
      cwd: project.directory,
      env: { PGPASSWORD: postgres.password },
    });
    expect(byVariable.exitCode, byVariable.stderr).toBe(0);
    Object.assign(config, { state: { answers: "${env:TEAM_DB}" } });
    project.save();
    const byName = await spawnCli(["eval", "config.yaml"], { cwd: project.directory, env: { TEAM_DB: url } });
    expect(byName.exitCode, byName.stderr).toBe(0);
    expect(models.count).toBe(40);
    const status = await spawnCli(["answers", "status", "--config", "config.yaml"], {
      cwd: project.directory,
      env: { TEAM_DB: url },
    });
    expect(status.stdout, status.stderr).toMatch(/answers +40\n/);
    const plan = await spawnCli(["run", "config.yaml", "--json"], {
      cwd: project.directory,
      env: { TEAM_DB: url },
    });
    expect(plan.exitCode).toBe(0);
    for (const name of ["plan.json", "record.json", "events.jsonl", "report.html"])
      expect(project.read(name)).not.toMatch(/p%40ss|p@ss/);
  });
});

describe("answers init, status and prune", () => {
  test("init is idempotent, and safe when two do it at once", async () => {
    const both = await Promise.all([init(), init()]);
    const made = both.map(({ stdout }) => parseJson(stdout, schemaInitOutputSchema));
    expect(made.map(({ created }) => created).sort()).toEqual([false, true]);
    expect(parseJson((await init()).stdout, schemaInitOutputSchema)).toEqual({ ...made[0], created: false });
  });

  test("prune deletes by age; a dry run deletes nothing", async () => {
    await init();
    const insert = (age: string, from: number) =>
      postgres.admin(
        `insert into dao_opt_answers (address, rules, kind, answer, created_at)
         select decode(lpad(to_hex(n), 64, '0'), 'hex'), 2, 'model', '{}', now() - interval '${age}'
         from generate_series(${from}, ${from + 9}) n`,
        url,
      );
    await insert("100 days", 0);
    await insert("10 days", 10);
    const prune = async (...args: string[]) => {
      const ended = await spawnCli(["answers", "prune", "--answers", url, "--json", ...args], {
        cwd: tmpdir(),
      });
      return ended.exitCode === 0
        ? parseJson(ended.stdout, answersPruneOutputSchema)
        : { exit: ended.exitCode, error: JSON.parse(ended.stdout).error.message };
    };
    expect(await prune("--older", "90d", "--dry-run")).toMatchObject({
      dry_run: true,
      deleted: 10,
      left: 10,
    });
    expect(await prune("--older", "90d")).toMatchObject({ dry_run: false, deleted: 10, left: 10 });
    expect(await prune("--older", "90d")).toMatchObject({ deleted: 0, left: 10 });
    expect(await prune("--older", "36h")).toMatchObject({ deleted: 10, left: 0 });
    expect(await prune()).toEqual({ exit: 2, error: "answers prune needs --older" });
    expect(await prune("--older", "soon")).toMatchObject({ exit: 2 });
  });
});
