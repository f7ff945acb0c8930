import { setTimeout as sleep } from "node:timers/promises";
import type { PromptReader, PromptSummary } from "../../../contracts/registry.ts";

/** How long a page waits for a newer count before it shows the last one. */
const patienceMs = 50;

/** What only a walk through the whole registry finds: how many prompts there are, and their folders. */
export interface PromptCensus {
  /**
   * The newest known list. The first call waits for it; later ones wait 50 ms for a newer one, so that a page of ten
   * thousand prompts never waits for the walk. Only for counts and folders: rows of a page are read for it.
   */
  prompts(): Promise<readonly PromptSummary[]>;
}

export function createPromptCensus(registry: Pick<PromptReader, "list">): PromptCensus {
  let last: readonly PromptSummary[] | undefined;
  let reading: Promise<readonly PromptSummary[]> | undefined;
  const read = () => {
    reading ??= registry
      .list()
      .then((found) => {
        last = found;
        return found;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  return {
    async prompts() {
      const next = read();
      if (last === undefined) return next;
      const known = last;
      next.catch(() => {});
      return Promise.race([next, sleep(patienceMs, known, { ref: false })]);
    },
  };
}

/** The folders directly in a folder, with the number of prompts at any depth. */
export function foldersIn(
  prompts: readonly Pick<PromptSummary, "path">[],
  folder: string,
): readonly (readonly [name: string, prompts: number])[] {
  const start = folder === "" ? "" : `${folder}/`;
  const counts = new Map<string, number>();
  for (const { path } of prompts) {
    if (!path.startsWith(start)) continue;
    const end = path.indexOf("/", start.length);
    if (end === -1) continue;
    const name = path.slice(start.length, end);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
}
