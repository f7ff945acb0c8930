import { tracesSchema } from "../../../traces/postgres/trace-schema.ts";
import type { Action } from "../../command-spec.ts";
import { initDatabase } from "../../session/init-database.ts";

/** `traces init`: creates or updates the tables of `state.traces`. */
export const tracesInitCommand: Action = (_args, options, context) =>
  initDatabase(tracesSchema, options, context);
