import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { z } from "zod";
import { UsageError } from "../../../core/errors.ts";
import { openTransfer } from "../../../registry/open-transfer.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { countOf } from "../../terminal/format.ts";
import type { registryImportOutputSchema } from "./change-output.ts";
import { openRegistryCommand } from "./open.ts";

/** What a JavaScript text can hold. */
const maxBytes = 500_000_000;

export async function importCommand(
  [source = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { path: folder, print } = await openRegistryCommand(options, context);
  const transfer = openTransfer(folder);
  const place = resolve(context.cwd, source);
  const report =
    source === "-"
      ? await transfer.importDocument(await context.readStdin(), "standard input")
      : isFolder(place, source)
        ? await transfer.importHumanloop(place)
        : await transfer.importDocument(await readFile(place, "utf8"), source);
  const output: z.infer<typeof registryImportOutputSchema> = {
    added: [...report.added],
    extended: [...report.extended],
    unchanged: [...report.unchanged],
    versions: report.versions,
    deployments: report.deployments,
    notes: [...report.notes],
  };
  print(output, () =>
    [
      `${countOf(report.added.length, "prompt")} new, ${report.extended.length} extended, ` +
        `${report.unchanged.length} as they were; ${countOf(report.versions, "new version")}`,
      ...report.notes.map((note) => `note: ${note}`),
      "",
    ].join("\n"),
  );
  return exitDone;
}

function isFolder(place: string, source: string): boolean {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`${source}: no such file or folder`);
  if (found.isDirectory()) return true;
  if (found.isFile() && found.size <= maxBytes) return false;
  throw new UsageError(
    found.isFile() ? `${source} is larger than ${maxBytes / 1e6} MB` : `${source} is no plain file`,
  );
}
