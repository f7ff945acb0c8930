import { rulesNumber } from "../../core/rules-number.ts";
import type { Postgres } from "../../postgres/connect-postgres.ts";
import { checkSchema } from "../../postgres/prepare-schema.ts";
import { answersSchema } from "./answer-table.ts";

export interface AnswersStatus {
  readonly version: number;
  readonly answers: number;
  /** Answers that this version of the tool does not use, because it reads answers differently. */
  readonly outdated: number;
  /** With indexes. */
  readonly bytes: number;
  readonly oldest: Date | null;
  readonly newest: Date | null;
  readonly claims: number;
}

/** Rejects with PostgresError `unprepared` without the tables. */
export async function readAnswersStatus(postgres: Postgres): Promise<AnswersStatus> {
  const { version } = await checkSchema(postgres, answersSchema);
  const [row = {}] = await postgres.query(
    `select count(*) as answers, count(*) filter (where rules <> $1) as outdated,
       min(created_at) as oldest, max(created_at) as newest,
       pg_total_relation_size('dao_opt_answers') as bytes,
       (select count(*) from dao_opt_claims where expires_at > clock_timestamp()) as claims
     from dao_opt_answers`,
    [rulesNumber],
  );
  return {
    version,
    answers: Number(row["answers"]),
    outdated: Number(row["outdated"]),
    bytes: Number(row["bytes"]),
    oldest: (row["oldest"] ?? null) as Date | null,
    newest: (row["newest"] ?? null) as Date | null,
    claims: Number(row["claims"]),
  };
}

/** Rows of one statement: a table of millions must not be locked for minutes. */
const batchRows = 10_000;

/** Deletes answers stored before the moment, and claims of processes that are long gone. */
export async function pruneAnswers(
  postgres: Postgres,
  { olderThanMs, isDryRun }: { readonly olderThanMs: number; readonly isDryRun: boolean },
): Promise<{ readonly deleted: number; readonly left: number }> {
  await checkSchema(postgres, answersSchema);
  const seconds = olderThanMs / 1000;
  // The database's clock decides, as it did when the answers were stored.
  const [limit] = await postgres.query("select (now() - make_interval(secs => $1))::text as before", [
    seconds,
  ]);
  const before = limit?.["before"];
  const count = async (where: string, values: readonly unknown[]) => {
    const [row] = await postgres.query(`select count(*) as rows from dao_opt_answers ${where}`, values);
    return Number(row?.["rows"] ?? 0);
  };
  const found = await count("where created_at < $1::timestamptz", [before]);
  const all = await count("", []);
  if (isDryRun) return { deleted: found, left: all - found };
  let deleted = 0;
  for (;;) {
    const rows = await postgres.query(
      `delete from dao_opt_answers where ctid = any(array(
         select ctid from dao_opt_answers where created_at < $1::timestamptz limit ${batchRows}
       )) returning 1 as deleted`,
      [before],
    );
    deleted += rows.length;
    if (rows.length < batchRows) break;
  }
  await postgres.query("delete from dao_opt_claims where expires_at < clock_timestamp() - interval '1 day'");
  return { deleted, left: all - deleted };
}
