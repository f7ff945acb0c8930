import { UsageError } from "../../core/errors.ts";
import type { Secret } from "../../core/text/secret.ts";
import { connectPostgres, type Postgres } from "../../postgres/connect-postgres.ts";
import { readPostgresAddress } from "../../postgres/postgres-address.ts";
import type { Workspace } from "./workspace.ts";

/** Statements of an administrator may take longer than those of a run. */
const statementMs = 600_000;

/** Works with the database of `state.answers` or `state.traces` and closes it. */
export async function withDatabase<Result>(
  family: "answers" | "traces",
  { answersUrl, tracesUrl, environment }: Pick<Workspace, "answersUrl" | "tracesUrl" | "environment">,
  work: (postgres: Postgres) => Promise<Result>,
): Promise<Result> {
  const url: Secret | undefined = family === "answers" ? answersUrl : tracesUrl;
  if (url === undefined) {
    const flag = family === "answers" ? "give --answers postgres://host/database, or " : "";
    throw new UsageError(`no database of ${family} is named`, {
      hint: `${flag}set state.${family} in the config`,
    });
  }
  const address = readPostgresAddress(url.reveal(), environment(), `state.${family}`);
  const postgres = await connectPostgres(address, { statementMs });
  try {
    return await work(postgres);
  } finally {
    await postgres.close();
  }
}
