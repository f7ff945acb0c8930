/** A pure function whose last results are kept: the same template is read thousands of times in a run. */
export function memoize<Value>(compute: (text: string) => Value, capacity = 2_000): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = compute(text);
    if (known.size >= capacity) known.clear();
    known.set(text, value);
    return value;
  };
}
