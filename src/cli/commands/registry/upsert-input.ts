import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { UsageError } from "../../../core/errors.ts";
import { maxFileBytes } from "../../../formats/yaml/parse-yaml.ts";
import { checkedPath } from "../../../registry/prompt-path.ts";
import type { CliContext } from "../../context.ts";

export interface UpsertInput {
  readonly text: string;
  /** The input's name in messages; standard input has none that tells its form. */
  readonly shown: string;
  /** Path of the prompt whose folder the file lies in, when that is in the registry. */
  readonly own?: string;
}

/** The text of a file, or of standard input for `-`. Rejects with UsageError. */
export async function readUpsertInput(
  file: string,
  registry: string,
  { cwd, readStdin }: CliContext,
): Promise<UpsertInput> {
  if (file === "-") return { text: await readStdin(), shown: "standard input" };
  const place = resolve(cwd, file);
  const text = readInput(place, file);
  const own = pathInRegistry(place, registry);
  return { text, shown: file, ...(own === undefined ? {} : { own }) };
}

/** The flag's path, else the one that the input names, else the one of the folder it lies in. */
export function chooseUpsertPath(
  { flag, named, own }: { flag?: string | undefined; named?: string | undefined; own?: string | undefined },
  shown: string,
): string {
  if (flag !== undefined && named !== undefined && checkedPath(flag) !== checkedPath(named)) {
    throw new UsageError(`${shown} names the path ${named}, and --path says ${flag}`, {
      hint: "leave one of them out",
    });
  }
  const path = flag ?? named ?? own;
  if (path !== undefined) return path;
  throw new UsageError(`${shown} names no path`, {
    hint: "say --path main/default/classifier, or write path: … into it",
  });
}

function readInput(place: string, file: string): string {
  try {
    const found = statSync(place);
    if (!found.isFile()) throw new UsageError(`${file} is no plain file`);
    if (found.size > maxFileBytes) throw new UsageError(`${file} is larger than ${maxFileBytes / 1e6} MB`);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(place));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    if (cause instanceof TypeError) throw new UsageError(`${file} is no UTF-8 text`, { cause });
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "no such file" : (code ?? "unknown reason");
    throw new UsageError(`${file} cannot be read: ${reason}`, { cause });
  }
}

function pathInRegistry(place: string, registry: string): string | undefined {
  try {
    const folder = relative(realpathSync(registry), dirname(realpathSync(place)));
    const isInside = folder !== "" && !folder.startsWith("..") && resolve(folder) !== folder;
    return isInside ? folder.split(sep).join("/") : undefined;
  } catch {
    return undefined;
  }
}
