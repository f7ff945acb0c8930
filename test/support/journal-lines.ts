/** Lines of a journal with an answer, each with its end of line; a torn last line is left out. */
export function answerLines(journal: string): readonly string[] {
  return wholeLines(journal).filter((line) => line.startsWith('{"address":'));
}

/** Number of recorded attempts that no later line of a journal closes. */
export function openAttempts(journal: string): number {
  const open = new Map<string, number>();
  for (const line of wholeLines(journal)) {
    const { sent, ended, address, from } = JSON.parse(line);
    if (sent !== undefined) open.set(sent, (open.get(sent) ?? 0) + 1);
    else if (ended !== undefined) open.set(ended, (open.get(ended) ?? 0) - 1);
    else if (address !== undefined && from === "provider") open.delete(address);
  }
  return [...open.values()].reduce((sum, count) => sum + count, 0);
}

function wholeLines(journal: string): readonly string[] {
  return journal.split(/(?<=\n)/).filter((line) => line.endsWith("\n"));
}
