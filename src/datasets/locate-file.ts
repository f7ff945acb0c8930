import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, relative } from "node:path";
import type { DatasetSpec } from "../contracts/dataset-store.ts";
import type { DatasetPart } from "../core/data/example.ts";
import { DatasetError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import { rowFormats } from "./formats/index.ts";
import type { RowFile } from "./formats/row-format.ts";
import { sniffSyntax } from "./formats/sniff-syntax.ts";

const shownFiles = 10;
const knownLayout = { layout: "known", problem: undefined } as const;

interface LocateOptions {
  /** Folder that file names in messages are relative to. */
  readonly relativeTo?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Checks that a data file exists and has a known format. Rejects with DatasetError otherwise. */
export async function locateFile(path: string, { relativeTo, signal }: LocateOptions): Promise<RowFile> {
  const name = relativeTo === undefined ? path : relative(relativeTo, path);
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => cause);
  if (found instanceof Error) {
    if (found.code === "ENOENT" || found.code === "ENOTDIR") throw await missingFile(path, name);
    throw new DatasetError(`${name} cannot be read: ${found.message}`, [], { cause: found });
  }
  if (found.isDirectory()) throw new DatasetError(`${name} is a folder, not a data file`);
  const extension = formatOf(path);
  const { layout, problem } =
    rowFormats[extension] === undefined ? await sniffSyntax({ path, name }) : knownLayout;
  if (layout === "unknown") {
    const what = extension === "" ? "has no extension" : `is a ${extension} file`;
    const reason = problem === undefined ? `${what}, and no format that can be read` : `is ${problem}`;
    throw new DatasetError(`${name} ${reason}`, [], { hint: formatsHint() });
  }
  if (found.size === 0) throw new DatasetError(`${name} is empty`, [], { hint: emptyHint(extension) });
  return { path, name, sizeBytes: found.size, signal };
}

/** The extension of a file, without that of its compression. */
export function formatOf(path: string): string {
  return extname(path.replace(/\.gz$/i, "")).toLowerCase();
}

/** Describes what a file with this extension should contain. */
export function emptyHint(extension: string): string {
  return `a ${extension} file contains ${rowFormats[extension]?.summary ?? "rows"}`;
}

function formatsHint(): string {
  const formats = Object.entries(rowFormats).map(([extension, { summary }]) => `${extension} (${summary})`);
  return `formats: ${formats.join("; ")}`;
}

async function missingFile(path: string, name: string): Promise<DatasetError> {
  // Resolving a path turns the two slashes of a URL into one.
  const [, address] = /(?:^|\/)((?:https?|s3|gs|az|hf):\/.*)$/.exec(name) ?? [];
  if (address !== undefined) {
    const hint = "download it and use the path of the file";
    return new DatasetError(`${address.replace(":/", "://")} is not a file on this machine`, [], { hint });
  }
  if (/(?:^|\/)~\//.test(name)) {
    const hint = "only a shell expands `~`; use the full path, or ${env:HOME}/…";
    return new DatasetError(`no file ${name}`, [], { hint });
  }
  const folder = dirname(path);
  const entries = await readdir(folder).catch(() => undefined);
  if (entries === undefined) {
    return new DatasetError(`no file ${name}`, [], { hint: `the folder ${folder} does not exist` });
  }
  const files = entries.filter((entry) => rowFormats[formatOf(entry)] !== undefined).sort();
  const near = nearNames(basename(path), files, 2);
  if (near.length > 0) {
    return new DatasetError(`no file ${name}`, [], { hint: `did you mean ${near.join(" or ")}?` });
  }
  const more = files.length > shownFiles ? `, and ${files.length - shownFiles} more` : "";
  const hint =
    files.length === 0
      ? `${folder} contains no data files`
      : `${folder} contains ${files.slice(0, shownFiles).join(", ")}${more}`;
  return new DatasetError(`no file ${name}`, [], { hint });
}

export interface DatasetFile extends RowFile {
  readonly part: DatasetPart | undefined;
}

/**
 * Locates the files of a dataset in reading order. The test part comes first and train last, so that a row
 * that occurs in two parts stays in the one used for evaluation.
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
        hint: "use a separate file for each part, or split one file by shares",
      }),
    ];
  });
}
