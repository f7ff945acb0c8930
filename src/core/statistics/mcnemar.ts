/**
 * Exact two-sided p-value of McNemar's test: the binomial test that a pair which differs is as likely to
 * differ one way as the other (F. Mosteller, Biometrics 8, 1952). `gained` and `lost` count such pairs.
 */
export function mcnemarPValue(gained: number, lost: number): number {
  const pairs = gained + lost;
  const fewer = Math.min(gained, lost);
  let logTerm = -pairs * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((pairs - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
