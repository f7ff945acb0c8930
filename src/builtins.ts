import { builtinModels } from "./models/index.ts";
import { offlineModels } from "./offline/index.ts";
import { builtinOptimizers } from "./optimizers/index.ts";
import { type Catalog, createCatalog } from "./plugins/catalog.ts";
import { builtinScorers } from "./scorers/index.ts";

/** The one list of what ships. */
export function builtinCatalog(): Catalog {
  return createCatalog({
    model: { ...builtinModels, ...offlineModels },
    optimizer: builtinOptimizers,
    scorer: builtinScorers,
  });
}
