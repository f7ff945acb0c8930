import type { ModelPlugin } from "../contracts/plugin.ts";
import type { BuiltinTable } from "../plugins/catalog.ts";

/** The provider whose rule-based models run in this process. */
export const offlineModels: BuiltinTable<ModelPlugin> = {
  offline: {
    summary: "rule-based stand-ins for a model: no key, no network",
    load: async () => (await import("./offline-model.ts")).offlineModel,
  },
};
