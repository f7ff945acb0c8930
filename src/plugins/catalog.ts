import type { PluginKind, PluginKinds } from "../contracts/plugin.ts";
import { NotFoundError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import { isModulePath, loadPluginModule } from "./load-module.ts";

/** A shipped plugin, listed without loading it. */
export interface BuiltinTable<Plugin> {
  readonly [name: string]: { readonly summary: string; readonly load: () => Promise<Plugin> };
}
export type Builtins = { readonly [Kind in PluginKind]: BuiltinTable<PluginKinds[Kind]> };

/** Loads plugins by name or path. */
export interface Catalog {
  names(kind: PluginKind): readonly { readonly name: string; readonly summary: string }[];
  /**
   * `use` is a shipped name, or a path (`./my-engine.js`) relative to `directory`. Rejects with NotFoundError,
   * which lists similar names, or PluginError.
   */
  load<Kind extends PluginKind>(kind: Kind, use: string, directory: string): Promise<PluginKinds[Kind]>;
}

export function createCatalog(builtins: Builtins): Catalog {
  const names = (kind: PluginKind) =>
    Object.entries(builtins[kind]).map(([name, { summary }]) => ({ name, summary }));
  return {
    names,
    async load(kind, use, directory) {
      if (isModulePath(use)) return loadPluginModule(kind, use, directory);
      const table: BuiltinTable<PluginKinds[typeof kind]> = builtins[kind];
      const entry = Object.hasOwn(table, use) ? table[use] : undefined;
      if (entry !== undefined) return entry.load();
      const known = names(kind).map(({ name }) => name);
      const near = nearNames(use, known, 2);
      throw new NotFoundError(kind, use, near, {
        hint: near.length > 0 ? undefined : `shipped: ${known.join(", ")}; or a path such as ./my-${kind}.js`,
      });
    },
  };
}
