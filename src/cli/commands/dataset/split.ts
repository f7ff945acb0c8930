import { stat } from "node:fs/promises";
import { dirname, extname, join, relative, resolve } from "node:path";
import type { DatasetPart } from "../../../core/data/example.ts";
import { UsageError } from "../../../core/errors.ts";
import { type SplitRequest, splitRows, writeParts } from "../../../datasets/manage/split-dataset.ts";
import { readRecordRows } from "../../../datasets/store/read-records.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { countOf, formatCount } from "../../terminal/format.ts";
import { locateDataset } from "./locate.ts";
import { type DatasetCommand, numberFlag, openDatasetCommand, textFlag } from "./open.ts";
import type { DatasetSplitOutput } from "./output.ts";

const parts: readonly DatasetPart[] = ["train", "validation", "test"];
const usualSeed = 42;

/** `dataset split` */
export async function splitCommand(
  [word = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const command = await openDatasetCommand(options, context);
  const shares = sharesOf(options);
  const by = textFlag(options, "by");
  const seed =
    numberFlag(options, "seed", {
      least: Number.MIN_SAFE_INTEGER,
      most: Number.MAX_SAFE_INTEGER,
      isWhole: true,
    }) ?? usualSeed;
  const { name, file, openRows } = await locateDataset(word, command);
  const files = targetsOf(textFlag(options, "output") ?? name, file.path, command);
  if (options["force"] !== true) await refuseTaken(Object.values(files), context.cwd);
  const request: SplitRequest = {
    seed,
    ...(shares === undefined ? {} : { shares }),
    ...(by === undefined ? {} : { by }),
  };
  const { rows, partOf } = await splitRows(readRecordRows(file, { openRows }), request);
  const counts = await writeParts(readRecordRows(file, { openRows }), partOf, files);
  const output: DatasetSplitOutput = {
    name,
    rows,
    seed,
    by: by ?? null,
    parts: parts.map((part) => ({ part, rows: counts[part], path: files[part] })),
    unused: counts.unused,
  };
  command.print(output, () => {
    const lines = output.parts.map(
      ({ part, rows: count, path }) =>
        `  ${part.padEnd(10)}  ${formatCount(count).padStart(9)}  ${relative(context.cwd, path)}`,
    );
    const unused =
      output.unused === 0 ? "" : `  ${countOf(output.unused, "row")} not covered by the shares\n`;
    return `${name}: ${countOf(rows, "row")}, seed ${seed}\n${lines.join("\n")}\n${unused}`;
  });
  return exitDone;
}

function sharesOf(options: Readonly<Record<string, unknown>>): SplitRequest["shares"] {
  const given = parts.map((part) => numberFlag(options, part, { least: 0, most: 1 }));
  if (given.every((share) => share === undefined)) return undefined;
  const [train = 0, validation = 0, test = 0] = given;
  const sum = train + validation + test;
  if (sum > 1 + 1e-9 || sum <= 0) {
    throw new UsageError(`the shares add up to ${Number(sum.toFixed(6))}`, {
      hint: "give shares above 0 that add up to at most 1, for example --train 0.4 --validation 0.3 --test 0.3",
    });
  }
  return { train, validation, test };
}

/** Parts of a file are written next to it; parts of a collected dataset go to the store. */
function targetsOf(
  prefix: string,
  source: string,
  { store, cwd }: DatasetCommand,
): Readonly<Record<DatasetPart, string>> {
  const isPath = /[\\/]/.test(prefix) || extname(prefix) === extname(source);
  const stem = extname(prefix) === extname(source) ? prefix.slice(0, -extname(source).length) : prefix;
  const fileOf = (part: DatasetPart): string =>
    isPath ? `${resolve(cwd, stem)}-${part}.jsonl` : store.fileOf(`${stem}-${part}`);
  return { train: fileOf("train"), validation: fileOf("validation"), test: fileOf("test") };
}

async function refuseTaken(files: readonly string[], cwd: string): Promise<void> {
  for (const file of files) {
    const isTaken = await stat(file).then(
      () => true,
      () => false,
    );
    if (isTaken) {
      throw new UsageError(
        `${join(relative(cwd, dirname(file)), file.slice(dirname(file).length + 1))} already exists`,
        {
          hint: "overwrite it with --force or choose another name with --output",
        },
      );
    }
  }
}
