import { createWriteStream, statSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { z } from "zod";
import { isDaoOptError, UsageError } from "../../../core/errors.ts";
import { openTransfer } from "../../../registry/transfer/open-transfer.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { cannotWrite } from "../../session/write-file.ts";
import { countOf } from "../../terminal/format.ts";
import type { registryExportOutputSchema, registryImportOutputSchema } from "./change-output.ts";
import { importPrompts, promptsInFile } from "./import-prompts.ts";
import { openRegistryCommand, textOption } from "./open.ts";

/** Maximum length of a JavaScript string. */
const maxBytes = 500_000_000;

export async function importCommand(
  [source = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { path: folder, registry, print } = await openRegistryCommand(options, context);
  const transfer = openTransfer(folder);
  const place = resolve(context.cwd, source);
  const path = textOption(options, "path");
  const importText = async (text: string, file: string) => {
    const prompts = promptsInFile(text, file);
    if (prompts !== undefined) return importPrompts(registry, prompts, path);
    refusePath(path, "a registry export");
    return transfer.importDocument(text, file);
  };
  const importFolder = () => {
    refusePath(path, "a folder");
    return transfer.importHumanloop(place);
  };
  const report =
    source === "-"
      ? await importText(await context.readStdin(), "standard input")
      : isFolder(place, source)
        ? await importFolder()
        : await importText(await readFile(place, "utf8"), source);
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
        `${report.unchanged.length} unchanged; ${countOf(report.versions, "new version")}`,
      ...report.notes.map((note) => `note: ${note}`),
      "",
    ].join("\n"),
  );
  return exitDone;
}

function refusePath(path: string | undefined, source: string): void {
  if (path === undefined) return;
  throw new UsageError(`--path names a prompt, but the source is ${source}, which has paths`, {
    hint: "remove --path",
  });
}

function isFolder(place: string, source: string): boolean {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`${source}: no such file or folder`);
  if (found.isDirectory()) return true;
  if (found.isFile() && found.size <= maxBytes) return false;
  throw new UsageError(
    found.isFile() ? `${source} is larger than ${maxBytes / 1e6} MB` : `${source} is not a regular file`,
  );
}

export async function registryExportCommand(
  [file]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { path: folder, print } = await openRegistryCommand(options, context);
  const pieces = openTransfer(folder).export();
  if (file === undefined || file === "-") {
    for await (const piece of pieces) context.stdout.write(piece);
    return exitDone;
  }
  let bytes = 0;
  let prompts = -2;
  const counted = async function* () {
    for await (const piece of pieces) {
      bytes += Buffer.byteLength(piece);
      prompts += 1;
      yield piece;
    }
  };
  const place = resolve(context.cwd, file);
  await writeWhole(place, counted());
  const output: z.infer<typeof registryExportOutputSchema> = { file: place, prompts, bytes };
  print(output, () => `${countOf(prompts, "prompt")} written to ${file}\n`);
  return exitDone;
}

/** Written atomically. */
async function writeWhole(place: string, pieces: AsyncIterable<string>): Promise<void> {
  const temporary = `${place}.part`;
  try {
    await mkdir(dirname(place), { recursive: true });
    await pipeline(Readable.from(pieces), createWriteStream(temporary));
    await rename(temporary, place);
  } catch (error) {
    await rm(temporary, { force: true });
    throw isDaoOptError(error) ? error : cannotWrite(place, error as NodeJS.ErrnoException);
  }
}
