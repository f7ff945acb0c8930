import type { OptimizerPlugin } from "../contracts/plugin.ts";
import type { BuiltinTable } from "../plugins/catalog.ts";

/** The built-in engines: names are available at once, code loads on first use. */
export const builtinOptimizers: BuiltinTable<OptimizerPlugin> = {
  gepa: {
    summary:
      "reflective evolution: rewrites learn from failures, compete on validation rows, and are combined",
    load: async () => (await import("./gepa/gepa.ts")).gepa,
  },
  few_shot: {
    summary: "worked examples in the prompt: sets of train rows compete on validation rows; no reflection",
    load: async () => (await import("./few-shot/few-shot.ts")).fewShot,
  },
  metaprompt: {
    summary: "one pass: rewrites by guidelines, and by examples if there are any; the best one is kept",
    load: async () => (await import("./metaprompt/metaprompt.ts")).metaprompt,
  },
  mipro: {
    summary: "instructions and worked examples chosen together: a model of their effects picks what to try",
    load: async () => (await import("./mipro/mipro.ts")).mipro,
  },
  race: {
    summary: "several engines under one budget: all compete on a small share, the best one gets the rest",
    load: async () => (await import("./engine-race/race.ts")).race,
  },
};
