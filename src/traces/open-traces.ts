import { join } from "node:path";
import type { LiveTraceStore } from "../contracts/trace-store.ts";
import type { Secret } from "../core/text/secret.ts";
import { connectPostgres } from "../postgres/connect-postgres.ts";
import { readPostgresAddress } from "../postgres/postgres-address.ts";
import { checkSchema } from "../postgres/prepare-schema.ts";
import { openTraceStore, type TraceStoreOptions } from "./open-trace-store.ts";
import { openPostgresTraces } from "./postgres/open-postgres-traces.ts";
import { tracesSchema } from "./postgres/trace-schema.ts";

/** Where a config keeps its traces. */
export interface TracePlaces {
  readonly statePath: string;
  /** Address of a database; absent: `traces` in the state folder. */
  readonly tracesUrl?: Secret;
  environment?(): Readonly<Record<string, string | undefined>>;
}

/** Rejects with PostgresError if the database of `state.traces` cannot be used. */
export async function openTraces(
  { statePath, tracesUrl, environment }: TracePlaces,
  options: Pick<TraceStoreOptions, "clock" | "onLoss" | "onUnreadable" | "keepsIndex"> = {},
): Promise<LiveTraceStore> {
  if (tracesUrl === undefined) return openTraceStore({ ...options, folder: join(statePath, "traces") });
  const address = readPostgresAddress(tracesUrl.reveal(), environment?.() ?? {}, "state.traces");
  const postgres = await connectPostgres(address);
  try {
    await checkSchema(postgres, tracesSchema);
  } catch (error) {
    await postgres.close();
    throw error;
  }
  return openPostgresTraces(postgres, options);
}
