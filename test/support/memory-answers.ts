import type { AnswerStore, Exchange } from "../../src/contracts/answer-store.ts";

/** An answer store in memory. `cached` holds answers that another run left in the shared cache. */
export interface MemoryAnswers extends AnswerStore {
  readonly journal: ReadonlyMap<string, Exchange>;
  readonly cache: ReadonlyMap<string, Exchange>;
}

export function createMemoryAnswers(cached: ReadonlyMap<string, Exchange> = new Map()): MemoryAnswers {
  const journal = new Map<string, Exchange>();
  const cache = new Map(cached);
  return {
    journal,
    cache,
    async find(address) {
      const own = journal.get(address);
      if (own !== undefined) return { exchange: own, origin: "journal" };
      const shared = cache.get(address);
      return shared && { exchange: shared, origin: "cache" };
    },
    async put(address, exchange, { isShared }) {
      // Converted through JSON, as on disk.
      const filed = JSON.parse(JSON.stringify(exchange)) as Exchange;
      journal.set(address, filed);
      if (isShared) cache.set(address, filed);
    },
  };
}
