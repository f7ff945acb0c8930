/**
 * How large a share of all rows may behave in a way none of `rows` did: the upper end of the exact binomial
 * interval for 0 of `rows` (C. Clopper & E. Pearson, Biometrika 26, 1934); close to 3.7 ÷ rows at 95 %.
 */
export function unseenShare(rows: number, confidence: number): number {
  return rows === 0 ? 1 : 1 - ((1 - confidence) / 2) ** (1 / rows);
}
