/** A square matrix, row by row. */
export type Matrix = readonly (readonly number[])[];

/** The lower triangle L with L Lᵀ = `matrix`, which must be symmetric and positive definite. */
export function cholesky(matrix: Matrix): Matrix {
  const lower: number[][] = [];
  for (const [row, values] of matrix.entries()) {
    const made: number[] = [];
    for (let column = 0; column <= row; column++) {
      const above = column === row ? made : (lower[column] ?? []);
      let rest = values[column] ?? 0;
      for (let at = 0; at < column; at++) rest -= (made[at] ?? 0) * (above[at] ?? 0);
      made.push(column === row ? Math.sqrt(rest) : rest / (above[column] ?? 1));
    }
    lower.push(made);
  }
  return lower;
}

/** x with L x = `right`. */
export function solveLower(lower: Matrix, right: readonly number[]): readonly number[] {
  const found: number[] = [];
  for (const [row, values] of lower.entries()) {
    let rest = right[row] ?? 0;
    for (let at = 0; at < row; at++) rest -= (values[at] ?? 0) * (found[at] ?? 0);
    found.push(rest / (values[row] ?? 1));
  }
  return found;
}

/** x with Lᵀ x = `right`. */
export function solveUpper(lower: Matrix, right: readonly number[]): readonly number[] {
  const found = [...right];
  for (let row = lower.length - 1; row >= 0; row--) {
    let rest = found[row] ?? 0;
    for (let at = row + 1; at < lower.length; at++) rest -= (lower[at]?.[row] ?? 0) * (found[at] ?? 0);
    found[row] = rest / (lower[row]?.[row] ?? 1);
  }
  return found;
}
