import type { Postgres, Query } from "./connect-postgres.ts";
import { PostgresError } from "./postgres-error.ts";

/** Tables of one kind. Each version's statements lead there from the one before, and may be repeated. */
export interface SchemaFamily {
  readonly name: "answers" | "traces";
  readonly tables: readonly string[];
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
  family: SchemaFamily,
): Promise<{ readonly version: number; readonly before: number }> {
  const { name, versions } = family;
  const ready = { version: versions.length, before: versions.length };
  // Who may not create tables may repeat it too, and so may a replica.
  if (isComplete(await readSchema(postgres, family), family)) return ready;
  return postgres.transaction(async (query) => {
    await query("select pg_advisory_xact_lock($1)", [lockNumber]);
    await query(schemaTable);
    const found = await schemaOf(query, family);
    if (isComplete(found, family)) return ready;
    if (found.version > versions.length) throw newerSchema(postgres, name, found.version, versions.length);
    // Tables that someone has dropped, or restored without the others, are made again.
    const before = found.missing.length > 0 ? 0 : found.version;
    for (const statements of versions.slice(before))
      for (const sql of statements)
        await query(sql).catch((error: unknown) => rejectForeign(error, postgres));
    await query(
      `insert into dao_opt_schema (family, version) values ($1, $2)
       on conflict (family) do update set version = excluded.version, updated_at = now()`,
      [name, versions.length],
    );
    return { version: versions.length, before };
  });
}

/** Rejects with PostgresError `unprepared` if the tables are missing or of another version. */
export async function checkSchema(
  postgres: Postgres,
  family: SchemaFamily,
): Promise<{ readonly version: number }> {
  const { name, versions } = family;
  const found = await readSchema(postgres, family);
  const { version, missing } = found;
  if (version > versions.length) throw newerSchema(postgres, name, version, versions.length);
  if (isComplete(found, family)) return { version };
  const isMade = version > 0;
  const problems = {
    nothing: `has no tables for ${name}`,
    older: `has tables for ${name} of version ${version}`,
    incomplete: `has no table ${missing.join(" and ")}`,
  };
  const problem = isMade ? (missing.length > 0 ? "incomplete" : "older") : "nothing";
  throw new PostgresError(`${postgres.shown} ${problems[problem]}`, {
    kind: "unprepared",
    hint: `${problem === "older" ? "update" : "create"} them once: dao-opt ${name} init`,
  });
}

interface FoundSchema {
  /** 0 if there is none. */
  readonly version: number;
  readonly missing: readonly string[];
}

async function readSchema({ query }: Postgres, family: SchemaFamily): Promise<FoundSchema> {
  return schemaOf(query, family).catch((error: unknown) => {
    if (error instanceof PostgresError && error.kind === "unprepared")
      return { version: 0, missing: family.tables };
    throw error;
  });
}

async function schemaOf(query: Query, { name, tables }: SchemaFamily): Promise<FoundSchema> {
  const [row] = await query(
    `select (select version from dao_opt_schema where family = $1) as version,
       array(select name from unnest($2::text[]) as name where to_regclass(name) is null) as missing`,
    [name, tables],
  );
  return { version: Number(row?.["version"] ?? 0), missing: (row?.["missing"] ?? []) as readonly string[] };
}

function isComplete({ version, missing }: FoundSchema, { versions }: SchemaFamily): boolean {
  return version === versions.length && missing.length === 0;
}

/** A table of the same name that this program did not make lacks a column. */
function rejectForeign(error: unknown, { shown }: Postgres): never {
  if (!(error instanceof PostgresError) || error.kind !== "unprepared") throw error;
  throw new PostgresError(`${shown} has other tables with the names of dao-opt: ${error.reason}`, {
    kind: "unprepared",
    hint: "drop the tables that start with dao_opt_, or choose another schema: ?options=-c%20search_path%3DNAME",
    cause: error,
  });
}

function newerSchema({ shown }: Postgres, name: string, found: number, known: number): PostgresError {
  return new PostgresError(
    `${shown} has tables for ${name} of version ${found}; this dao-opt knows version ${known}`,
    { kind: "unprepared", hint: "update dao-opt here: npm install dao-opt@latest" },
  );
}
