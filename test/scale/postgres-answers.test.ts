import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "../../src/core/text/secret.ts";
import { connectPostgres, type Postgres } from "../../src/postgres/connect-postgres.ts";
import { readPostgresAddress } from "../../src/postgres/postgres-address.ts";
import { checkSchema, prepareSchema } from "../../src/postgres/prepare-schema.ts";
import { answersSchema, openAnswerTable } from "../../src/run/answers/answer-table.ts";
import { newClaimOwner } from "../../src/run/answers/claim-owner.ts";
import { openFolderAnswers } from "../../src/run/answers/folder-answers.ts";
import { openSharedAnswers } from "../../src/run/answers/open-shared-answers.ts";
import { openPostgresAnswers } from "../../src/run/answers/postgres-answers.ts";
import { openUnsentFiles } from "../../src/run/answers/unsent-files.ts";
import { addressOf, describeSharedAnswers, exchange, question } from "../suites/shared-answers.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

let server: PostgresServer;
const opened: Postgres[] = [];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await Promise.all(opened.map((one) => one.close().catch(() => {})));
  await server.close();
});

async function connect(url: string): Promise<Postgres> {
  const postgres = await connectPostgres(readPostgresAddress(url, {}, "--answers"));
  opened.push(postgres);
  return postgres;
}

describeSharedAnswers({
  name: "PostgreSQL",
  async create() {
    const url = await server.createDatabase();
    const postgres = await connect(url);
    await prepareSchema(postgres, answersSchema);
    return () => {
      const folder = mkdtempSync(join(tmpdir(), "dao-opt-shared-"));
      const fail = (error: Error) => {
        throw error;
      };
      return openPostgresAnswers({
        table: openAnswerTable(postgres, newClaimOwner()),
        local: openFolderAnswers(folder),
        unsent: openUnsentFiles(folder, url),
        disconnect: async () => {},
        onLost: fail,
        onRegained: () => {},
        onUnsent: (count) => fail(new Error(`${count} unsent`)),
      });
    };
  },
});

test("the schema is created once, also by ten at the same time", async () => {
  const url = await server.createDatabase();
  const postgres = await Promise.all(Array.from({ length: 10 }, () => connect(url)));
  await expect(checkSchema(postgres[0] as Postgres, answersSchema)).rejects.toMatchObject({
    kind: "unprepared",
    hint: "create them once: dao-opt answers init",
  });
  const made = await Promise.all(postgres.map((one) => prepareSchema(one, answersSchema)));
  expect(made.filter(({ before }) => before === 0)).toHaveLength(1);
  await server.admin("update dao_opt_schema set version = 7", url);
  const newer = {
    kind: "unprepared",
    message: expect.stringContaining("version 7; this dao-opt knows version 1"),
  };
  await expect(checkSchema(postgres[0] as Postgres, answersSchema)).rejects.toMatchObject(newer);
  await expect(prepareSchema(postgres[0] as Postgres, answersSchema)).rejects.toMatchObject(newer);
});

test("a claim of a process that is gone ends with its lease, by the database's clock", async () => {
  const postgres = await connect(await server.createDatabase());
  await prepareSchema(postgres, answersSchema);
  // Owners on other machines, which cannot be looked up.
  const away = (name: string) => ({ name, isGone: () => false });
  const [one, two] = [openAnswerTable(postgres, away("a 1")), openAnswerTable(postgres, away("b 2"))];
  const address = addressOf("a");
  expect((await one.claim([address])).get(address)).toEqual({ state: "owned" });
  expect((await two.claim([address])).get(address)).toEqual({ state: "held", owner: "a process on a" });
  await one.renew();
  await postgres.query("update dao_opt_claims set expires_at = clock_timestamp() - interval '1 second'");
  expect((await two.claim([address])).get(address)).toEqual({ state: "owned" });
  // The first owner comes back late: its answer counts, its release does not end the other's claim.
  await one.store(new Map([[address, exchange("late")]]), [address]);
  expect(await postgres.query("select owner from dao_opt_claims")).toEqual([{ owner: "b 2" }]);
  expect((await two.find([address])).get(address)).toMatchObject({ completion: { text: "late" } });
});

test("the claims of a killed process of this machine end at once", async () => {
  const postgres = await connect(await server.createDatabase());
  await prepareSchema(postgres, answersSchema);
  const own = newClaimOwner();
  const killed = {
    name: own.name.replace(/"token":"\w+"/, '"token":"x"').replace(/"pid":\d+/, '"pid":4194304'),
  };
  const one = openAnswerTable(postgres, { ...killed, isGone: () => false });
  const two = openAnswerTable(postgres, own);
  const address = addressOf("a");
  await one.claim([address]);
  expect((await two.claim([address])).get(address)).toMatchObject({ state: "held" });
  expect((await two.claim([address])).get(address)).toEqual({ state: "owned" });
  expect(own.isGone(own.name)).toBe(false);
});

test("an outage costs one warning; answers made meanwhile are sent when the database is back", async () => {
  const url = await server.createDatabase();
  const admin = await connect(url);
  await prepareSchema(admin, answersSchema);
  const statePath = mkdtempSync(join(tmpdir(), "dao-opt-outage-"));
  const warnings: string[] = [];
  const open = () =>
    openSharedAnswers({ statePath, answersUrl: new Secret(url), environment: () => ({}) }, (event) => {
      if (event.type === "warning") warnings.push(event.message);
    });
  const pay = async (shared: Awaited<ReturnType<typeof open>>, name: string) => {
    const address = addressOf(name);
    expect(await shared.claim(address, question)).toEqual({ state: "owned" });
    shared.put(address, exchange(name));
    await shared.release(address);
  };
  const one = await open();
  await pay(one, "before");
  await server.kill();
  await pay(one, "during");
  await pay(one, "during too");
  expect(await one.find(addressOf("during"), question)).toEqual(exchange("during"));
  expect(warnings).toEqual([expect.stringContaining("shared answers are not available")]);
  await one.close();
  expect(warnings[1]).toContain("2 answers could not be sent");
  await server.start();
  const two = await open();
  await pay(two, "after");
  await two.close();
  expect(warnings).toHaveLength(2);
  expect(warnings.join()).not.toContain(server.password);
  const texts = await (await connect(url)).query(
    "select answer->'completion'->>'text' as text from dao_opt_answers",
  );
  expect(texts.map(({ text }) => text).sort()).toEqual(["after", "before", "during", "during too"]);
});

async function warningsWith(url: string, before: () => void | Promise<void> = () => {}) {
  const warnings: string[] = [];
  const shared = await openSharedAnswers(
    {
      statePath: mkdtempSync(join(tmpdir(), "dao-opt-refused-")),
      answersUrl: new Secret(url),
      environment: () => ({}),
    },
    (event) => {
      if (event.type === "warning") warnings.push(event.message);
    },
  );
  await before();
  const address = addressOf("x");
  const started = performance.now();
  for (let at = 0; at < 3; at++) {
    await shared.find(address, question);
    await shared.claim(address, question);
    shared.put(address, exchange("x"));
    await shared.release(address);
  }
  await shared.close();
  return { warnings, durationMs: performance.now() - started };
}

test("a role without permission and a read-only server are one warning each", async () => {
  const url = await server.createDatabase();
  await prepareSchema(await connect(url), answersSchema);
  await server.admin(
    `create role reader login password 'reader-password'; grant select on all tables in schema public to reader`,
    url,
  );
  const readerUrl = url.replace(/\/\/[^@]*@/, "//reader:reader-password@");
  for (const [given, pattern] of [
    [readerUrl, /permission denied/],
    [`${url}?options=-c%20default_transaction_read_only%3Don`, /read-only/],
  ] as const) {
    expect((await warningsWith(given)).warnings).toEqual([
      expect.stringMatching(pattern),
      expect.stringContaining("1 answers could not"),
    ]);
  }
});

test("a full disk is one warning, and no answer is lost", async () => {
  const url = await server.createDatabase();
  await prepareSchema(await connect(url), answersSchema);
  // What the server reports when it cannot extend a table.
  await server.admin(
    `create function refuse() returns trigger language plpgsql as $$ begin
       raise exception 'could not extend file "base/1/2": No space left on device' using errcode = '53100';
     end $$;
     create trigger full_disk before insert on dao_opt_answers execute function refuse()`,
    url,
  );
  const { warnings } = await warningsWith(url);
  expect(warnings).toEqual([
    expect.stringMatching(/No space left on device; free some space on the server/),
    expect.stringContaining("1 answers could not"),
  ]);
});

test("a database that hangs is waited for once, for a bounded time", async () => {
  const url = await server.createDatabase();
  await prepareSchema(await connect(url), answersSchema);
  try {
    const { warnings, durationMs } = await warningsWith(`${url}?statement_timeout=2000`, server.pause);
    expect(warnings).toEqual([
      expect.stringMatching(/timeout/i),
      expect.stringContaining("1 answers could not"),
    ]);
    expect(durationMs).toBeLessThan(60_000);
  } finally {
    server.resume();
  }
});
