import type { Config } from "../../../config/config.ts";
import { type DaoOptError, isDaoOptError } from "../../../core/errors.ts";
import { connectPostgres } from "../../../postgres/connect-postgres.ts";
import { readPostgresAddress } from "../../../postgres/postgres-address.ts";
import { checkSchema, type SchemaFamily } from "../../../postgres/prepare-schema.ts";
import { answersSchema } from "../../../run/answers/answer-table.ts";
import { tracesSchema } from "../../../traces/postgres/trace-schema.ts";

export interface DatabaseCheck {
  readonly name: string;
  readonly message: string;
  /** Absent if the database can be used, or was not asked. */
  readonly error?: DaoOptError;
}

/** The databases of `state`: their addresses, and with `isOnline` whether they can be used. */
export async function checkDatabases(
  { answersUrl, tracesUrl, environment }: Pick<Config, "answersUrl" | "tracesUrl" | "environment">,
  isOnline: boolean,
): Promise<readonly DatabaseCheck[]> {
  const checks: DatabaseCheck[] = [];
  for (const [family, url] of [
    [answersSchema, answersUrl],
    [tracesSchema, tracesUrl],
  ] as const)
    if (url !== undefined) checks.push(await checkDatabase(family, url.reveal(), { environment, isOnline }));
  return checks;
}

async function checkDatabase(
  family: SchemaFamily,
  url: string,
  { environment, isOnline }: { environment: Config["environment"]; isOnline: boolean },
): Promise<DatabaseCheck> {
  const name = `database of ${family.name}`;
  try {
    const address = readPostgresAddress(url, environment(), `state.${family.name}`);
    if (!isOnline) return { name, message: `${address.shown} (not asked; --online asks it)` };
    const postgres = await connectPostgres(address);
    try {
      const { version } = await checkSchema(postgres, family);
      return { name, message: `${address.shown} answers, schema version ${version}` };
    } finally {
      await postgres.close();
    }
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    return { name, message: error.message, error };
  }
}
