import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { schemaInitOutputSchema } from "../../src/cli/session/init-database.ts";
import { spawnCli } from "../support/spawn-cli.ts";
import { parseJson } from "../support/workspace.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await server.admin("create role guest login password 'guest-secret'");
});
afterAll(() => server.close());

const cwd = mkdtempSync(join(tmpdir(), "dao-opt-"));
const asGuest = (url: string): string => url.replace(/\/\/.*@/, "//guest:guest-secret@");

/** Runs a command with the database as its answers; its output never shows a password. */
async function answers(command: string, url: string, env: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = await spawnCli(["answers", command, "--json"], {
    cwd,
    env: { DAO_OPT_ANSWERS: url, ...env },
  });
  for (const secret of ["guest-secret", server.password, encodeURIComponent(server.password)])
    expect(stdout + stderr).not.toContain(secret);
  return { exitCode, stdout };
}

async function expectMade(url: string, created: boolean): Promise<void> {
  const { exitCode, stdout } = await answers("init", url);
  expect(exitCode, stdout).toBe(0);
  expect(parseJson(stdout, schemaInitOutputSchema)).toMatchObject({ schema_version: 1, created });
  expect((await answers("status", url)).exitCode).toBe(0);
}

async function expectRefused(command: string, url: string, message: RegExp, hint: RegExp): Promise<void> {
  const { exitCode, stdout } = await answers(command, url);
  expect(exitCode, stdout).toBe(4);
  const { error } = JSON.parse(stdout) as { error: { message: string; hint: string } };
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(hint);
}

test("init completes tables that are there in part, and keeps what they hold", async () => {
  const url = await server.createDatabase();
  await expectMade(url, true);
  await server.admin(
    `insert into dao_opt_answers (address, rules, kind, answer) values ('\\x01', 1, 'model', '{}')`,
    url,
  );
  await server.admin("drop table dao_opt_claims", url);
  await expectRefused("status", url, /has no table dao_opt_claims/, /answers init/);
  await expectMade(url, true);
  // As after a restore of single tables.
  await server.admin("drop table dao_opt_schema", url);
  await expectMade(url, true);
  await expectMade(url, false);
  expect(await server.admin("select 1 from dao_opt_answers", url)).toHaveLength(1);
});

test("init leaves tables of the same names alone that are not its own", async () => {
  const url = await server.createDatabase();
  await server.admin("create table dao_opt_answers (address bytea, rules smallint)", url);
  await expectRefused(
    "init",
    url,
    /has other tables .* "created_at" does not exist/,
    /choose another schema/,
  );
  expect(await server.admin("select to_regclass('dao_opt_claims') as made", url)).toEqual([{ made: null }]);
});

test("a user without rights gets their names, and may repeat init once the tables are there", async () => {
  const url = await server.createDatabase();
  await expectRefused("init", asGuest(url), /permission denied for schema public/, /CREATE to whoever runs/);
  await expectMade(url, true);
  await expectRefused("status", asGuest(url), /permission denied for table/, /grant the user SELECT, INSERT/);
  await server.admin(
    "grant select, insert, update, delete on dao_opt_answers, dao_opt_claims, dao_opt_schema to guest",
    url,
  );
  await expectMade(asGuest(url), false);
});

test("a database that only reads is named as such", async () => {
  const url = await server.createDatabase();
  const name = url.split("/").at(-1);
  await server.admin(`alter database ${name} set default_transaction_read_only = on`);
  await expectRefused("init", url, /read-only transaction/, /primary server/);
});

test("a database that does not exist, and a server without TLS, are named as such", async () => {
  const url = await server.createDatabase();
  await expectRefused("init", `${url}_none`, /database "db_\d+_none" does not exist/, /create the database/);
  await expectRefused("init", `${url}?sslmode=require`, /does not support SSL/, /take sslmode out/);
});

test("a user without a free connection is told of the limit", async () => {
  const url = await server.createDatabase();
  await server.admin("alter role guest connection limit 0");
  await expectRefused("init", asGuest(url), /too many connections for role "guest"/, /max_connections/);
  await server.admin("alter role guest connection limit -1");
});

test("a password that is needed and not set is asked for", async () => {
  const url = (await server.createDatabase()).replace(/:[^:@/]*@/, "@");
  await expectRefused("init", url, /asks for a password, and none is set/, /PGPASSWORD/);
});

test("PGSSLMODE does not win over the address, and prefers what the server has", async () => {
  const url = await server.createDatabase();
  for (const [address, mode] of [
    [url, "prefer"],
    [`${url}?sslmode=disable`, "require"],
  ] as const)
    expect((await answers("init", address, { PGSSLMODE: mode })).exitCode).toBe(0);
});
