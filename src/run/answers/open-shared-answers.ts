import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import type { RunnerEvent } from "../../contracts/events.ts";
import type { SharedAnswers } from "../../contracts/shared-answers.ts";
import { connectPostgres } from "../../postgres/connect-postgres.ts";
import { readPostgresAddress } from "../../postgres/postgres-address.ts";
import { checkSchema } from "../../postgres/prepare-schema.ts";
import { answersSchema, openAnswerTable } from "./answer-table.ts";
import { newClaimOwner } from "./claim-owner.ts";
import { openFolderAnswers } from "./folder-answers.ts";
import { openPostgresAnswers } from "./postgres-answers.ts";
import { openUnsentFiles } from "./unsent-files.ts";

/** A run that waits longer goes on without the database. */
const statementMs = 8000;

type Places = Pick<Config, "statePath" | "answersUrl" | "environment">;

/**
 * Opens the answers that runs share: those of `state.answers` or `--answers`, else of the state folder. Rejects with
 * PostgresError if the database cannot be used.
 */
export async function openSharedAnswers(
  { statePath, answersUrl, environment }: Places,
  emit: (event: RunnerEvent) => void,
): Promise<SharedAnswers> {
  const folder = join(statePath, "cache");
  const warn = (message: string) => emit({ type: "warning", message });
  const local = openFolderAnswers(folder, {
    onFailure: ({ message }) =>
      warn(
        `another run at the same time may pay for the same answers: ${folder} keeps no claims (${message})`,
      ),
  });
  if (answersUrl === undefined) return local;
  const address = readPostgresAddress(answersUrl.reveal(), environment(), "state.answers");
  const postgres = await connectPostgres(address, { statementMs });
  const disconnect = () => postgres.close();
  try {
    await checkSchema(postgres, answersSchema);
  } catch (error) {
    await disconnect();
    throw error;
  }
  const unsent = openUnsentFiles(folder, address.shown);
  const shared = openPostgresAnswers({
    ...{ local, unsent, disconnect },
    table: openAnswerTable(postgres, newClaimOwner()),
    onLost: ({ message, hint }) =>
      warn(
        `shared answers are not available (${message}${hint === undefined ? "" : `; ${hint}`}): this run goes on without them and sends its answers later`,
      ),
    onRegained: () => warn(`shared answers at ${address.shown} are available again`),
    onUnsent: (count) =>
      warn(
        `${count} answers could not be sent to ${address.shown}: they are kept in ${folder}, and the next command sends them`,
      ),
  });
  for (const [key, exchange] of await unsent.read()) shared.put(key, exchange);
  return shared;
}
