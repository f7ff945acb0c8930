/** Results by key, computed once each; the oldest go first. */
export function createKeptResults<Result>(mostKept: number) {
  const kept = new Map<string, Promise<Result>>();
  return (key: string, compute: () => Promise<Result>): Promise<Result> => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const result = compute();
    kept.set(key, result);
    result.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return result;
  };
}
