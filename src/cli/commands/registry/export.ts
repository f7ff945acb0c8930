import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { z } from "zod";
import { isDaoOptError } from "../../../core/errors.ts";
import { openTransfer } from "../../../registry/open-transfer.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { cannotWrite } from "../../session/write-file.ts";
import { countOf } from "../../terminal/format.ts";
import type { registryExportOutputSchema } from "./change-output.ts";
import { openRegistryCommand } from "./open.ts";

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

/** The file is there whole or not at all. */
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
