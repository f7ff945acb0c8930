import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, relative } from "node:path";
import type { DatasetSpec } from "../contracts/dataset-reader.ts";
import type { DatasetPart } from "../core/data/example.ts";
import { DatasetError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import { rowFormats } from "./formats/index.ts";
import type { RowFile } from "./formats/row-format.ts";

const shownFiles = 10;

interface LocateOptions {
  /** Folder that file names in messages are relative to. */
  readonly relativeTo?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Checks that a data file is there and of a known format. Rejects with DatasetError. */
export async function locateFile(path: string, { relativeTo, signal }: LocateOptions): Promise<RowFile> {
  const name = relativeTo === undefined ? path : relative(relativeTo, path);
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => cause);
  if (found instanceof Error) {
    if (found.code === "ENOENT" || found.code === "ENOTDIR") throw await missingFile(path, name);
    throw new DatasetError(`${name} cannot be read: ${found.message}`, [], { cause: found });
  }
  if (found.isDirectory()) throw new DatasetError(`${name} is a folder, not a data file`);
  const extension = formatOf(path);
  if (rowFormats[extension] === undefined) {
    const what = extension === "" ? "has no extension" : `is a ${extension} file`;
    throw new DatasetError(`${name} ${what}, and no format that can be read`, [], { hint: formatsHint() });
  }
  if (found.size === 0) throw new DatasetError(`${name} is empty`, [], { hint: emptyHint(extension) });
  return { path, name, sizeBytes: found.size, signal };
}

/** The extension that decides a file's format. */
export function formatOf(path: string): string {
  return extname(path).toLowerCase();
}

/** What a file of a format should hold. */
export function emptyHint(extension: string): string {
  return `a ${extension} file holds ${rowFormats[extension]?.summary ?? "rows"}`;
}

function formatsHint(): string {
  const formats = Object.entries(rowFormats).map(([extension, { summary }]) => `${extension} (${summary})`);
  return `formats: ${formats.join("; ")}`;
}

async function missingFile(path: string, name: string): Promise<DatasetError> {
  // A resolved path has one slash where the address had two.
  const [, address] = /(?:^|\/)((?:https?|s3|gs|az|hf):\/.*)$/.exec(name) ?? [];
  if (address !== undefined) {
    const hint = "download it, and give the path of the file";
    return new DatasetError(`${address.replace(":/", "://")} is not a file on this machine`, [], { hint });
  }
  if (/(?:^|\/)~\//.test(name)) {
    const hint = "`~` means the home folder in a shell only; write the path in full, or ${env:HOME}/…";
    return new DatasetError(`no file ${name}`, [], { hint });
  }
  const folder = dirname(path);
  const entries = await readdir(folder).catch(() => undefined);
  if (entries === undefined) {
    return new DatasetError(`no file ${name}`, [], { hint: `there is no folder ${folder}` });
  }
  const files = entries.filter((entry) => rowFormats[formatOf(entry)] !== undefined).sort();
  const near = nearNames(basename(path), files, 2);
  if (near.length > 0) {
    return new DatasetError(`no file ${name}`, [], { hint: `did you mean ${near.join(" or ")}?` });
  }
  const more = files.length > shownFiles ? `, and ${files.length - shownFiles} more` : "";
  const hint =
    files.length === 0
      ? `${folder} holds no data file`
      : `${folder} holds ${files.slice(0, shownFiles).join(", ")}${more}`;
  return new DatasetError(`no file ${name}`, [], { hint });
}

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
