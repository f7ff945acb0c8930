/** The latest keys that came by. */
export interface RecentKeys {
  /** False when the key is one of them already. */
  add(key: string): boolean;
}

export function createRecentKeys(most: number): RecentKeys {
  // A set keeps the order of insertion, so its first is the oldest.
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
