import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Pool } from "pg";
import type { PostgresAddress } from "./postgres-address.ts";
import { PostgresError, postgresErrorOf } from "./postgres-error.ts";

export type Row = Readonly<Record<string, unknown>>;

/** Runs one statement. Rejects with PostgresError. */
export type Query = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** A database. Every statement has a time limit, so that nothing waits for ever. */
export interface Postgres {
  /** The address without credentials. */
  readonly shown: string;
  readonly query: Query;
  /** Runs statements as one; undone if the work rejects. */
  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface PostgresLimits {
  readonly statementMs?: number;
  readonly connectMs?: number;
  readonly connections?: number;
}

/** Opens a pool; connects with the first statement. Rejects with PostgresError if the driver is missing. */
export async function connectPostgres(
  { shown, options }: PostgresAddress,
  { statementMs = 20_000, connectMs = 10_000, connections = 4 }: PostgresLimits = {},
): Promise<Postgres> {
  const driver = await loadDriver();
  // Zero, as for the server, is no limit.
  const limitMs = Number(options["statement_timeout"] ?? statementMs);
  const openPool = (limits: Readonly<Record<string, unknown>>): Pool => {
    const opened = new driver.Pool({
      ...options,
      ...limits,
      // The server may be gone, and then its own limit does not help.
      ...(limitMs === 0 ? {} : { query_timeout: limitMs + 2000 }),
      connectionTimeoutMillis: connectMs,
      max: connections,
      keepAlive: true,
      allowExitOnIdle: true,
    });
    // A lost idle connection is replaced by the next statement.
    opened.on("error", () => {});
    return opened;
  };
  let pool = openPool({ statement_timeout: limitMs });
  let isPooler = false;
  const translated = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const asked = pool;
    try {
      return await work();
    } catch (error) {
      const isRefused = isLimitRefused(error);
      if (!isRefused || (isPooler && asked === pool)) throw postgresErrorOf(error, shown);
    }
    // PgBouncer takes no limits for statements. Nothing ran yet: the connection was refused. The first pool has none,
    // and is not ended, because its other calls still have to be refused.
    if (!isPooler) {
      isPooler = true;
      pool = openPool({ statement_timeout: undefined });
    }
    return translated(work);
  };
  return {
    shown,
    query: (sql, values = []) =>
      translated(async () => (await pool.query(sql, [...values])).rows as readonly Row[]),
    transaction: (work) =>
      translated(async () => {
        const client = await pool.connect();
        // An error between two statements is reported by the next one.
        client.on("error", () => {});
        let isBroken = true;
        try {
          await client.query("begin");
          const result = await work((sql, values = []) =>
            translated(async () => (await client.query(sql, [...values])).rows as readonly Row[]),
          );
          await client.query("commit");
          isBroken = false;
          return result;
        } catch (error) {
          isBroken = await client.query("rollback").then(
            () => false,
            () => true,
          );
          throw error;
        } finally {
          client.removeAllListeners("error");
          client.release(isBroken);
        }
      }),
    close: () => pool.end(),
  };
}

function isLimitRefused(error: unknown): boolean {
  return error instanceof Error && /unsupported startup parameter.*statement_timeout/.test(error.message);
}

type Driver = typeof import("pg");

/** The driver, as this program finds it, else as the working folder's project does. */
async function loadDriver(): Promise<Driver> {
  try {
    return driverOf(await import("pg"));
  } catch {
    // Not beside this program.
  }
  try {
    const file = createRequire(join(resolve("."), "package.json")).resolve("pg");
    return driverOf(await import(pathToFileURL(file).href));
  } catch (cause) {
    throw new PostgresError("PostgreSQL needs the package pg, which is not installed", {
      kind: "unreachable",
      hint: "npm install pg@8",
      cause,
    });
  }
}

/** Node gives a CommonJS module as the default of its namespace. */
function driverOf(loaded: object): Driver {
  const { default: whole } = loaded as { readonly default?: Driver };
  return whole ?? (loaded as Driver);
}
