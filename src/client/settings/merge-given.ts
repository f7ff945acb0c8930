/** Objects under `daoOpt` and `libretto`, later ones counting; keys may be written as Libretto's Python client has them. */
export function mergeGiven<Options extends object>(...given: readonly unknown[]): Partial<Options> {
  const merged: Record<string, unknown> = {};
  for (const one of given) {
    if (typeof one !== "object" || one === null) continue;
    for (const [key, value] of Object.entries(one)) {
      if (value !== undefined && value !== null) merged[camelCase(key)] = value;
    }
  }
  return merged as Partial<Options>;
}

function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
