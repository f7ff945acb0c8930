import { setTimeout as sleep } from "node:timers/promises";
import type { PromptReader, PromptSummary } from "../../../contracts/registry.ts";
import type { ServerServices } from "../../server-services.ts";

/** How long a page waits for a newer count before it shows the last one. */
const patienceMs = 25;
/** How long a page waits for the first count: a cold disk takes seconds for ten thousand prompts. */
const firstPatienceMs = 1_000;
/** Shorter walks are no load. */
const shortMs = 100;
/** After a long walk, nine times as long without one: at most a tenth of the time goes into counting. */
const restShare = 9;

/** What only a walk through the whole registry finds: how many prompts there are, and their folders. */
export interface PromptCensus {
  /**
   * The newest known list. Calls wait 25 ms for a newer one, so that a page of ten thousand prompts never waits for the
   * walk; the first ones wait a second, then resolve to undefined. Only for counts and folders: rows of a page are read
   * for it.
   */
  prompts(): Promise<readonly PromptSummary[] | undefined>;
}

const censuses = new WeakMap<object, PromptCensus>();
const mostListed = 50;

/** The census that the pages of a server share: one walk serves all of them. */
export function promptCensusOf({
  registry,
  clock,
}: Pick<ServerServices, "registry" | "clock">): PromptCensus {
  const known = censuses.get(registry) ?? createPromptCensus(registry, clock);
  censuses.set(registry, known);
  return known;
}

/** Prompts to choose from: the newest known list, or the first ones if none is known yet. */
export async function promptsToChoose(
  services: Pick<ServerServices, "registry" | "clock">,
): Promise<readonly PromptSummary[]> {
  const known = await promptCensusOf(services).prompts();
  return known !== undefined && known.length > 0 ? known : services.registry.list({ limit: mostListed });
}

export function createPromptCensus(
  registry: Pick<PromptReader, "list">,
  clock: { monotonicMs(): number },
): PromptCensus {
  let last: readonly PromptSummary[] | undefined;
  let reading: Promise<readonly PromptSummary[]> | undefined;
  let startedAt = 0;
  let restsUntil = Number.NEGATIVE_INFINITY;
  const read = async () => {
    startedAt = clock.monotonicMs();
    try {
      last = await registry.list();
      return last;
    } finally {
      const endedAt = clock.monotonicMs();
      const tookMs = endedAt - startedAt;
      restsUntil = tookMs < shortMs ? endedAt : endedAt + restShare * tookMs;
      reading = undefined;
    }
  };
  return {
    async prompts() {
      const known = last;
      if (known !== undefined && reading === undefined && clock.monotonicMs() < restsUntil) return known;
      reading ??= read();
      reading.catch(() => {});
      const sinceMs = clock.monotonicMs() - startedAt;
      const waitMs = known === undefined ? Math.max(patienceMs, firstPatienceMs - sinceMs) : patienceMs;
      return Promise.race([reading, sleep(waitMs, known, { ref: false })]);
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
