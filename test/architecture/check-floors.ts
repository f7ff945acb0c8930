import { localImports } from "./local-imports.ts";
import type { Module } from "./module.ts";

/** Folder of `src` → its floor. */
export type Floors = ReadonlyMap<string, number>;

/** The table of floors in `src/README.md`, their only definition. */
export function readFloors(readme: string): Floors {
  const rows = readme.matchAll(/^\|\s*(\d+)\s*\|(.*)\|\s*$/gm);
  return new Map(
    [...rows].flatMap(([, floor, folders]) =>
      Array.from(
        (folders ?? "").matchAll(/`([^`]+)`/g),
        ([, folder]) => [folder ?? "", Number(floor)] as const,
      ),
    ),
  );
}

/** Files above all folders but `cli` → who may import them. They import whatever they like below `cli`. */
const topFiles: ReadonlyMap<string, readonly string[]> = new Map([
  ["src/version.ts", ["cli", "src/app-config.ts", "src/index.ts"]],
  ["src/builtins.ts", ["cli", "src/app-config.ts", "src/index.ts"]],
  ["src/registry.ts", ["src/app-config.ts", "src/index.ts"]],
  ["src/app-config.ts", ["cli", "src/index.ts"]],
  ["src/index.ts", []],
]);

export function checkFloors(modules: readonly Module[], floors: Floors): readonly string[] {
  const homeless = modules
    .filter(({ path }) => !topFiles.has(path) && !floors.has(folderOf(path)))
    .map(
      ({ path }) =>
        `${path} stands on no floor: move it, or give its folder a floor in the table of src/README.md`,
    );
  const wrong = modules.flatMap(localImports).flatMap(({ from, to, line }) => {
    const reason = to.startsWith("src/") ? refusal(from, to, floors) : undefined;
    return reason === undefined ? [] : [`${from}:${line} imports ${to}: ${reason}`];
  });
  return [...homeless, ...wrong];
}

function refusal(from: string, to: string, floors: Floors): string | undefined {
  const [importer, imported] = [folderOf(from), folderOf(to)];
  const importers = topFiles.get(to);
  if (importers !== undefined) {
    if (importers.includes(from) || importers.includes(importer)) return undefined;
    return importers.length === 0 ? "nothing imports it" : `only ${importers.join(", ")} may`;
  }
  if (topFiles.has(from)) return imported === "cli" ? "only the command itself loads cli" : undefined;
  const [upper, lower] = [floors.get(importer), floors.get(imported)];
  if (importer === imported || upper === undefined || lower === undefined || lower < upper) return undefined;
  return upper === lower
    ? `${importer} and ${imported} share floor ${upper}, and folders of one floor never import each other`
    : `${importer} is on floor ${upper}, ${imported} on floor ${lower}, and a folder imports only from floors below`;
}

/** `core` of `src/core/statistics/wilson.ts`; the empty text for a file right in `src`. */
function folderOf(path: string): string {
  const [, folder = "", ...rest] = path.split("/");
  return rest.length === 0 ? "" : folder;
}
