import type { z } from "zod";
import type { Deployment } from "../../../contracts/registry.ts";
import { UsageError } from "../../../core/errors.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import type { deploymentOutputSchema } from "../../output/registry-output.ts";
import { openRegistryCommand } from "./open.ts";

const defaultEnvironment = "production";

export async function deployCommand(
  [reference = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const isForced = options["force"] === true;
  const note = textOf(options, "note");
  if (isForced && note === undefined) {
    throw new UsageError("--force needs --note", {
      hint: "say why the gate is overruled; it goes into the history",
    });
  }
  const version = await registry.get(reference, { defaultSelector: "latest" });
  const deployment = await registry.deploy(`${version.path}@${version.version}`, environmentOf(options), {
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
  const note = textOf(options, "note");
  const deployment = await registry.rollback(
    full,
    environmentOf(options),
    note === undefined ? {} : { note },
  );
  printMove(full, deployment, print);
  return exitDone;
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

function environmentOf(options: Readonly<Record<string, unknown>>): string {
  return textOf(options, "environment") ?? defaultEnvironment;
}

function textOf(options: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = options[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}
