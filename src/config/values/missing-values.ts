import { dotted, type KeyPath } from "../key-path.ts";
import type { Problems } from "../problems.ts";

/** Collects names that have no value: one report a name, with every place that needs it. */
export interface MissingValues {
  /** `id` tells missing things apart; `message` and `hint` are those of the first place. */
  add(id: string, path: KeyPath, message: string, hint: string): void;
  reportTo(problems: Problems): void;
}

export function createMissingValues(): MissingValues {
  const missing = new Map<string, { paths: KeyPath[]; message: string; hint: string }>();
  return {
    add(id, path, message, hint) {
      const known = missing.get(id) ?? { paths: [], message, hint };
      known.paths.push(path);
      missing.set(id, known);
    },
    reportTo(problems) {
      for (const { paths, message, hint } of missing.values()) {
        const [first = [], ...others] = paths;
        const also = others.length === 0 ? "" : ` (needed by ${others.map(dotted).join(", ")} too)`;
        problems.report(first, `${message}${also}`, hint);
      }
      for (const { paths } of missing.values()) for (const path of paths) problems.mute(path);
    },
  };
}
