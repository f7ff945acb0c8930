import { contentStems } from "../stems.ts";

/** Stems of a letter; those of its subject line count twice. */
interface Letter {
  readonly body: ReadonlySet<string>;
  readonly subject: ReadonlySet<string>;
}

export function letterOf(text: string): Letter {
  const subject = /^\s*subject\s*:\s*(.+)$/im.exec(text)?.[1] ?? "";
  return { body: new Set(contentStems(text)), subject: new Set(contentStems(subject)) };
}

/** How many of the cues are in the letter, each weighted by how few rivals share it. */
export function cueScore(
  letter: Letter,
  cues: readonly string[],
  weight: (stem: string) => number,
  subjectBonus = 1.5,
): number {
  let score = 0;
  for (const stem of cues) {
    if (letter.body.has(stem)) score += weight(stem);
    if (letter.subject.has(stem)) score += subjectBonus * weight(stem);
  }
  return score;
}

/** Weight of a cue among rival lists of cues: 0 for a cue that all share. */
export function rarityAmong(lists: readonly (readonly string[])[]): (stem: string) => number {
  const spread = new Map<string, number>();
  for (const list of lists) for (const stem of new Set(list)) spread.set(stem, (spread.get(stem) ?? 0) + 1);
  return (stem) => Math.log((lists.length + 1) / (spread.get(stem) ?? 1));
}
