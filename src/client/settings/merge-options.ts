import type { DaoOptOptions } from "./client-options.ts";

interface Extended {
  readonly daoOpt?: DaoOptOptions | undefined;
  readonly libretto?: DaoOptOptions | undefined;
}

/** Options for a client derived from another: what `daoOpt` and `libretto` leave out stays as it was. */
export function mergeOptions<Options extends Extended>(before: Extended, changes: Options): Options {
  const daoOpt = merged(before.daoOpt, changes.daoOpt);
  const libretto = merged(before.libretto, changes.libretto);
  return {
    ...changes,
    ...(daoOpt === undefined ? {} : { daoOpt }),
    ...(libretto === undefined ? {} : { libretto }),
  };
}

function merged(
  before: DaoOptOptions | undefined,
  changes: DaoOptOptions | undefined,
): DaoOptOptions | undefined {
  if (changes === undefined) return undefined;
  const { store, url, ...rest } = before ?? {};
  // Another place to write to stands for the one before, of either kind.
  const place = changes.store === undefined && changes.url === undefined ? { store, url } : {};
  return { ...rest, ...place, ...changes };
}
