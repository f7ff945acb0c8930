// Most of what is left, so that the sets can still be compared.
const mostOfBudget = 0.2;

/** Train rows to run at first: none where the budget does not even pay for one set and its validation. */
export function bootstrapSize(wanted: number, rolloutsLeft: number, validationRows: number): number {
  const spare = Math.max(0, rolloutsLeft - validationRows);
  return Math.min(wanted, Math.floor(Math.min(spare, rolloutsLeft * mostOfBudget)));
}
