/** The most recent keys. */
export interface RecentKeys {
  /** Returns false if the key is known. */
  add(key: string): boolean;
}

export function createRecentKeys(most: number): RecentKeys {
  // Sets keep insertion order: the first key is the oldest.
  const keys = new Set<string>();
  return {
    add(key) {
      if (keys.has(key)) return false;
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > most && oldest !== undefined) keys.delete(oldest);
      return true;
    },
  };
}
