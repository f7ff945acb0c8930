import type { z } from "zod";
import type { Environment } from "../../../contracts/registry.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { renderNotice } from "../../terminal/notices.ts";
import { renderTable } from "../../terminal/table.ts";
import type {
  registryEnvironmentAddOutputSchema,
  registryEnvironmentListOutputSchema,
} from "./change-output.ts";
import { openRegistryCommand } from "./open.ts";

export async function environmentAddCommand(
  [name = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const [near] = nearNames(name, await registry.environments());
  const { environment, isNew } = await registry.addEnvironment(name);
  if (isNew && near !== undefined)
    context.stderr.write(
      renderNotice(
        "warning",
        `there is also an environment ${near}; "${name}" is a new one`,
        lookOf(context, context.stderr),
      ),
    );
  const output: z.infer<typeof registryEnvironmentAddOutputSchema> = {
    ...environmentOutput(environment),
    is_new: isNew,
  };
  print(output, () => `${environment.name} ${isNew ? "is new" : "is there already"} (${environment.id})\n`);
  return exitDone;
}

export async function environmentListCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, look, print } = await openRegistryCommand(options, context);
  const output: z.infer<typeof registryEnvironmentListOutputSchema> = (
    await registry.environmentRecords()
  ).map(environmentOutput);
  print(output, () => {
    const columns = ["Environment", "Id", "Since (UTC)", ""].map((title) => ({ title }));
    const rows = output.map(({ name, id, created_at, is_default }) => [
      name,
      id,
      created_at?.replace("T", " ").slice(0, 16) ?? "–",
      is_default ? "default" : "",
    ]);
    return renderTable(columns, rows, look);
  });
  return exitDone;
}

function environmentOutput({ id, name, createdAt, isDefault }: Environment) {
  return { id, name, created_at: createdAt ?? null, is_default: isDefault };
}
