import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPostgres } from "../../src/postgres/connect-postgres.ts";
import { readPostgresAddress } from "../../src/postgres/postgres-address.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ tls: true });
});
afterAll(() => server.close());

/** Whether the connection is encrypted. */
async function isEncrypted(url: string, env: Record<string, string> = {}): Promise<boolean> {
  const postgres = await connectPostgres(readPostgresAddress(url, env, "--answers"));
  try {
    const [row] = await postgres.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    return row?.["ssl"] === true;
  } finally {
    await postgres.close();
  }
}

test("TLS follows sslmode of the URL and the standard variables", async () => {
  const url = await server.createDatabase();
  const file = join(mkdtempSync(join(tmpdir(), "dao-opt-tls-")), "root.crt");
  writeFileSync(file, server.certificate());
  expect(await isEncrypted(url)).toBe(false);
  expect(await isEncrypted(`${url}?sslmode=disable`)).toBe(false);
  expect(await isEncrypted(`${url}?sslmode=require`)).toBe(true);
  expect(await isEncrypted(url, { PGSSLMODE: "require" })).toBe(true);
  expect(await isEncrypted(`${url}?sslmode=verify-full&sslrootcert=${file}`)).toBe(true);
  expect(await isEncrypted(url, { PGSSLMODE: "verify-ca", PGSSLROOTCERT: file })).toBe(true);
  await expect(isEncrypted(`${url}?sslmode=verify-full`)).rejects.toMatchObject({
    code: "database_unreachable",
    message: expect.stringMatching(/self.signed certificate/),
  });
  // The certificate is for 127.0.0.1 only.
  const byName = url.replace("127.0.0.1", "localhost");
  await expect(isEncrypted(`${byName}?sslmode=verify-full&sslrootcert=${file}`)).rejects.toMatchObject({
    code: "database_unreachable",
  });
  expect(await isEncrypted(`${byName}?sslmode=verify-ca&sslrootcert=${file}`)).toBe(true);
});
