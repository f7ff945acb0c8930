import type { z } from "zod";
import type { Deployment, PromptReader } from "../../../contracts/registry.ts";
import { UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { openRegistryCommand, textOption } from "./open.ts";
import type { deploymentOutputSchema } from "./output.ts";

export async function deployCommand(
  [reference = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const isForced = options["force"] === true;
  const note = textOption(options, "note");
  if (isForced && note === undefined) {
    throw new UsageError("--force requires --note", {
      hint: "give the reason for overriding the gate; it is kept in the history",
    });
  }
  const version = await registry.get(reference, { defaultSelector: "latest" });
  const environment = await environmentOf(options, registry);
  if (options["new"] !== true) await refuseNearName(environment, registry);
  const deployment = await registry.deploy(`${version.path}@${version.version}`, environment, {
    ...(note === undefined ? {} : { note }),
    force: isForced,
  });
  printMove(version.path, deployment, print);
  return exitDone;
}

export async function rollbackCommand(
  [path = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const { path: full } = await registry.get(path, { defaultSelector: "latest" });
  const note = textOption(options, "note");
  const deployment = await registry.rollback(
    full,
    await environmentOf(options, registry),
    note === undefined ? {} : { note },
  );
  printMove(full, deployment, print);
  return exitDone;
}

export async function undeployCommand(
  [path = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const { path: full } = await registry.prompt(path);
  const note = textOption(options, "note");
  const deployment = await registry.undeploy(
    full,
    await environmentOf(options, registry),
    note === undefined ? {} : { note },
  );
  printMove(full, deployment, print);
  return exitDone;
}

/**
 * Deploying creates missing environments, so a name similar to an existing one is refused as a likely typo.
 */
async function refuseNearName(environment: string, registry: PromptReader): Promise<void> {
  const known = await registry.environments();
  if (known.includes(environment)) return;
  const [near] = nearNames(environment, known);
  if (near === undefined) return;
  throw new UsageError(`unknown environment "${environment}"; did you mean ${near}?`, {
    hint: `use --environment ${near}, or create "${environment}" with --new`,
  });
}

function printMove(
  path: string,
  deployment: Deployment,
  print: (value: unknown, text: () => string) => void,
): void {
  const { environment, from, to, at } = deployment;
  const output: z.infer<typeof deploymentOutputSchema> = { path, environment, from, to, at };
  print(output, () => `${path}: ${environment} ${from ?? "nothing"} → ${to ?? "nothing"}\n`);
}

/** The given environment, else the default one. */
async function environmentOf(
  options: Readonly<Record<string, unknown>>,
  registry: PromptReader,
): Promise<string> {
  const [first = "production"] = await registry.environments();
  return textOption(options, "environment") ?? first;
}
