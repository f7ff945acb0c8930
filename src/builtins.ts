import { modelShelf } from "./models/index.ts";
import { optimizerShelf } from "./optimizers/index.ts";
import { type Catalog, createCatalog } from "./plugins/catalog.ts";
import { scorerShelf } from "./scorers/index.ts";

/** The one list of what ships. */
export function builtinCatalog(): Catalog {
  return createCatalog({ model: modelShelf, optimizer: optimizerShelf, scorer: scorerShelf });
}
