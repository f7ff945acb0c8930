const fewestDecimals = 2;
const mostDecimals = 10;

/**
 * Dollars in as many decimals as two digits of `unit` take, two at least: 0.10, 0.097, 0.0042. Zeros at the end are
 * left out beyond the second decimal.
 */
export function shownUsd(usd: number, unit = usd, rounded: (value: number) => number = Math.round): string {
  const needed = unit > 0 ? 1 - Math.floor(Math.log10(unit)) : fewestDecimals;
  const decimals = Math.min(mostDecimals, Math.max(fewestDecimals, needed));
  const scale = 10 ** decimals;
  // What floating point adds in the last digits is not rounded up.
  const value = rounded(Number((usd * scale).toFixed(4))) / scale;
  const [whole = "0", fraction = ""] = value.toFixed(decimals).split(".");
  return `${whole}.${fraction.replace(/0+$/, "").padEnd(fewestDecimals, "0")}`;
}
