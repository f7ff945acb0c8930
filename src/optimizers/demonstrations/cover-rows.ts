/**
 * Chooses items that between them resemble all rows: each next one is the item that brings the largest
 * gain over the best resemblance so far (greedy facility location; G. Nemhauser et al., Math. Program.
 * 14, 1978). When there is no more to gain, a second round begins. Earlier items win ties.
 *
 * @param resemblance one list per item: how much it resembles each row, 0 … 1
 * @returns places of the chosen items, at most `count`, the most important first
 */
export function coverRows(resemblance: readonly (readonly number[])[], count: number): readonly number[] {
  const chosen: number[] = [];
  const rows = resemblance[0]?.length ?? 0;
  let best = new Float64Array(rows);
  let isFresh = true;
  while (chosen.length < Math.min(count, resemblance.length)) {
    let [top, topGain] = [-1, 0];
    for (const [item, likeness] of resemblance.entries()) {
      if (chosen.includes(item)) continue;
      let gain = 0;
      for (let row = 0; row < rows; row++) gain += Math.max(0, (likeness[row] ?? 0) - (best[row] ?? 0));
      if (gain > topGain) [top, topGain] = [item, gain];
    }
    if (top === -1 && isFresh) break;
    if (top === -1) {
      best = new Float64Array(rows);
      isFresh = true;
      continue;
    }
    const added = resemblance[top] ?? [];
    best = best.map((value, row) => Math.max(value, added[row] ?? 0));
    isFresh = false;
    chosen.push(top);
  }
  return chosen;
}
