import { z } from "zod";
import { prepareSchema, type SchemaFamily } from "../../postgres/prepare-schema.ts";
import type { CliContext } from "../context.ts";
import { exitDone } from "../exit-codes.ts";
import { withDatabase } from "./open-database.ts";
import { readWorkspace } from "./workspace.ts";

/** Output of `answers init --json` and `traces init --json`. */
export const schemaInitOutputSchema = z.object({
  database: z.string().describe("address without user and password"),
  schema_version: z.int(),
  created: z.boolean().describe("false if the tables had this version before"),
});

/** Creates or updates the tables of a family and prints the result. */
export async function initDatabase(
  family: SchemaFamily,
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const workspace = await readWorkspace(options, context);
  const output: z.infer<typeof schemaInitOutputSchema> = await withDatabase(
    family.name,
    workspace,
    async (postgres) => {
      const { version, before } = await prepareSchema(postgres, family);
      return { database: postgres.shown, schema_version: version, created: before !== version };
    },
  );
  const { database, schema_version: version, created } = output;
  const text = `${database} is ready for ${family.name} (schema version ${version}, ${created ? "created" : "unchanged"})\n`;
  context.stdout.write(workspace.settings.json === true ? `${JSON.stringify(output, null, 2)}\n` : text);
  return exitDone;
}
