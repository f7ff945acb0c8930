/** Rollouts of a halving race: from one that all lose at the first look, to one whose better half always goes on. */
export function estimateHalving(
  challengers: number,
  firstRows: number,
  rows: number,
): { readonly least: number; readonly most: number } {
  let [running, before, done] = [challengers, 0, Math.min(rows, firstRows)];
  const least = running * done;
  let most = 0;
  while (before < rows) {
    most += running * (done - before);
    running = Math.ceil(running / 2);
    [before, done] = [done, Math.min(rows, done * 2)];
  }
  return { least, most };
}
