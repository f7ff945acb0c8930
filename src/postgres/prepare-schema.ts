import type { Postgres, Query } from "./connect-postgres.ts";
import { PostgresError } from "./postgres-error.ts";

/** Tables of one kind. Each version's statements lead there from the one before. */
export interface SchemaFamily {
  readonly name: "answers" | "traces";
  readonly versions: readonly (readonly string[])[];
}

/** Any number that no other program uses: two processes that prepare at once take turns. */
const lockNumber = 4_170_011_020;

const schemaTable = `create table if not exists dao_opt_schema (
  family text primary key,
  version integer not null,
  updated_at timestamptz not null default now()
)`;

/** Creates or updates the tables. Safe to repeat, also by several processes at once. */
export async function prepareSchema(
  postgres: Postgres,
  { name, versions }: SchemaFamily,
): Promise<{ readonly version: number; readonly before: number }> {
  return postgres.transaction(async (query) => {
    await query("select pg_advisory_xact_lock($1)", [lockNumber]);
    await query(schemaTable);
    const before = await versionOf(query, name);
    if (before > versions.length) throw newerSchema(postgres, name, before, versions.length);
    for (const statements of versions.slice(before)) for (const sql of statements) await query(sql);
    await query(
      `insert into dao_opt_schema (family, version) values ($1, $2)
       on conflict (family) do update set version = excluded.version, updated_at = now()
       where dao_opt_schema.version <> excluded.version`,
      [name, versions.length],
    );
    return { version: versions.length, before };
  });
}

/** Rejects with PostgresError `unprepared` if the tables are missing or of another version. */
export async function checkSchema(
  postgres: Postgres,
  { name, versions }: SchemaFamily,
): Promise<{ readonly version: number }> {
  const version = await versionOf(postgres.query, name).catch((error: unknown) => {
    if (error instanceof PostgresError && error.kind === "unprepared") return 0;
    throw error;
  });
  if (version === versions.length) return { version };
  if (version > versions.length) throw newerSchema(postgres, name, version, versions.length);
  const what = version === 0 ? `has no tables for ${name}` : `has tables for ${name} of version ${version}`;
  throw new PostgresError(`${postgres.shown} ${what}`, {
    kind: "unprepared",
    hint: `${version === 0 ? "create" : "update"} them once: dao-opt ${name} init`,
  });
}

async function versionOf(query: Query, name: string): Promise<number> {
  const [row] = await query("select version from dao_opt_schema where family = $1", [name]);
  return Number(row?.["version"] ?? 0);
}

function newerSchema({ shown }: Postgres, name: string, found: number, known: number): PostgresError {
  return new PostgresError(
    `${shown} has tables for ${name} of version ${found}; this dao-opt knows version ${known}`,
    { kind: "unprepared", hint: "update dao-opt here: npm install dao-opt@latest" },
  );
}
