import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { UsageError } from "../../../core/errors.ts";
import { promptTypes } from "../../../registry/prompt-types.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { writeBelow } from "../../session/write-file.ts";
import { countOf } from "../../terminal/format.ts";
import type { registryTypesOutputSchema } from "./change-output.ts";
import { openRegistryCommand } from "./open.ts";

const defaultFile = "dao-opt-prompts.d.ts";

export async function typesCommand(
  [given = defaultFile]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const { text, prompts, notes } = await promptTypes(registry);
  if (given === "-") {
    context.stdout.write(text);
    return exitDone;
  }
  const file = fileOf(given, context);
  const place = resolve(context.cwd, file);
  await writeBelow(place, text);
  const output: z.infer<typeof registryTypesOutputSchema> = { file: place, prompts, notes: [...notes] };
  print(output, () =>
    [
      `types of ${countOf(prompts, "prompt")} written to ${file}`,
      ...notes.map((note) => `note: ${note}`),
      "",
    ].join("\n"),
  );
  return exitDone;
}

/** A folder gets the default file name. */
function fileOf(given: string, { cwd }: CliContext): string {
  const place = resolve(cwd, given);
  if (existsSync(place) && statSync(place).isDirectory()) return join(given, defaultFile);
  if (!/[\\/]$/.test(given)) return given;
  throw new UsageError(`${given} is not an existing folder`, {
    hint: `create it or name a file: ${join(given, defaultFile)}`,
  });
}
