import { relative } from "node:path";
import type { DatasetSpec } from "../contracts/dataset-store.ts";
import type { DatasetPart } from "../core/data/example.ts";
import { DatasetError } from "../core/errors.ts";
import type { RowFile } from "./formats/row-format.ts";
import { type LocateOptions, locateFile } from "./locate-file.ts";

export interface DatasetFile extends RowFile {
  readonly part: DatasetPart | undefined;
}

/**
 * The files of a dataset in the order in which they are read. Parts evaluated last come first, so
 * that a row which stands in two of them stays in the one that decides.
 */
export async function locateFiles(
  source: Exclude<DatasetSpec["source"], { kind: "inline" }>,
  options: LocateOptions,
): Promise<{ readonly files: readonly DatasetFile[]; readonly errors: readonly DatasetError[] }> {
  const wanted: readonly { readonly part: DatasetPart | undefined; readonly path: string }[] =
    source.kind === "file"
      ? [{ part: undefined, path: source.path }]
      : [
          ...(source.test === undefined ? [] : [{ part: "test" as const, path: source.test }]),
          { part: "validation", path: source.validation },
          { part: "train", path: source.train },
        ];
  const files: DatasetFile[] = [];
  const errors = sharedFiles(wanted, options);
  for (const { part, path } of wanted) {
    try {
      files.push({ ...(await locateFile(path, options)), part });
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      errors.push(error);
    }
  }
  return { files, errors };
}

function sharedFiles(
  wanted: readonly { readonly part: DatasetPart | undefined; readonly path: string }[],
  { relativeTo }: LocateOptions,
): DatasetError[] {
  return wanted.flatMap(({ part, path }, at) => {
    const same = wanted.slice(0, at).find((other) => other.path === path);
    if (same === undefined) return [];
    const name = relativeTo === undefined ? path : relative(relativeTo, path);
    return [
      new DatasetError(`${part} and ${same.part} are the same file ${name}`, [], {
        hint: "give each part a file of its own, or split one file by shares",
      }),
    ];
  });
}
