import type { z } from "zod";
import { UsageError } from "../../../core/errors.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import type { registryMoveOutputSchema } from "./change-output.ts";
import { openRegistryCommand } from "./open.ts";
import { showOutput } from "./output.ts";

export async function moveCommand(
  [reference = "", path = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const before = await registry.prompt(reference);
  const { path: now, promptId, latest } = await registry.move(reference, path);
  const output: z.infer<typeof registryMoveOutputSchema> = {
    from: before.path,
    path: now,
    prompt_id: promptId,
    latest,
  };
  print(output, () => `${before.path} → ${now}\n`);
  return exitDone;
}

export async function renameVersionCommand(
  [reference = "", name]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const description = options["versionDescription"];
  const isDescribed = typeof description === "string";
  const isUnnamed = options["remove"] === true;
  if (isUnnamed && name !== undefined) throw new UsageError("give a name or --remove, not both");
  if (name === undefined && !isUnnamed && !isDescribed) {
    throw new UsageError("no name given", {
      hint: "pass a name, --remove or --version-description",
    });
  }
  const version = await registry.describeVersion(reference, {
    ...(isUnnamed ? { versionName: null } : name === undefined ? {} : { versionName: name }),
    ...(isDescribed ? { versionDescription: description === "" ? null : description } : {}),
  });
  print(showOutput(version), () => {
    const named = version.versionName === undefined ? "no name" : `the name ${version.versionName}`;
    return `${version.uri} has ${named}\n`;
  });
  return exitDone;
}
