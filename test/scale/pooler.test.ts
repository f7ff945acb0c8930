import { connect as connectSocket, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectPostgres } from "../../src/postgres/connect-postgres.ts";
import { readPostgresAddress } from "../../src/postgres/postgres-address.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";

let server: PostgresServer;
const refused: string[] = [];
/** Refuses what PgBouncer refuses: limits in the first message of a connection. */
const pooler = createServer((client: Socket) => {
  client
    .on("error", () => {})
    .once("data", (first) => {
      const message = "unsupported startup parameter: statement_timeout";
      if (first.includes("statement_timeout")) {
        refused.push(message);
        const fields = Buffer.from(`SFATAL\0C08P01\0M${message}\0\0`);
        const length = Buffer.alloc(4);
        length.writeInt32BE(fields.length + 4);
        return client.end(Buffer.concat([Buffer.from("E"), length, fields]));
      }
      const upstream = connectSocket(server.port, "127.0.0.1").on("error", () => client.destroy());
      upstream.write(first);
      client.pipe(upstream).pipe(client);
    });
});
beforeAll(async () => {
  server = await startPostgres();
  await new Promise<void>((resolve) => pooler.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  pooler.close();
  await server.close();
});

test("a pooler that takes no limits for statements is used without them", async () => {
  const { port } = pooler.address() as { port: number };
  const url = (await server.createDatabase()).replace(`:${server.port}/`, `:${port}/`);
  const postgres = await connectPostgres(readPostgresAddress(url, {}, "state.answers"));
  const asked = Array.from({ length: 8 }, (_, at) => postgres.query("select $1::int as number", [at]));
  expect((await Promise.all(asked)).flat()).toEqual(asked.map((_, number) => ({ number })));
  const count = refused.length;
  expect(count).toBeGreaterThan(0);
  expect(await postgres.transaction((query) => query("select 1 as one"))).toEqual([{ one: 1 }]);
  expect(refused).toHaveLength(count);
  await postgres.close();
});

test("without a limit for statements, slow ones end", async () => {
  const url = `${await server.createDatabase()}?statement_timeout=0`;
  const postgres = await connectPostgres(readPostgresAddress(url, {}, "state.answers"));
  expect(await postgres.query("select 1 as one from pg_sleep(2.5)")).toEqual([{ one: 1 }]);
  await postgres.close();
});
