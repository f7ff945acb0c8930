/** What the map holds under the key, made when it is not there; the oldest goes when the map is full. */
export function getOrCreate<Value>(
  map: Map<string, Value>,
  most: number,
  key: string,
  make: () => Value,
): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
  map.set(key, made);
  return made;
}
