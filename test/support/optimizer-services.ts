import type { OptimizerServices } from "../../src/contracts/plugin.ts";
import { builtinOptimizers } from "../../src/optimizers/index.ts";

/** The runner's services for an engine, with the built-in engines. */
export const optimizerServices: OptimizerServices = {
  async openEngine(use, options) {
    const plugin = await builtinOptimizers[use]?.load();
    if (plugin === undefined) throw new Error(`no engine ${use}`);
    return plugin.create(plugin.options.parse(options) as never, optimizerServices);
  },
};
