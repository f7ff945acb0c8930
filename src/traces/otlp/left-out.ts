/** Spans or other records that made no trace, counted by kind and reason. */
export interface LeftOut {
  readonly count: number;
  /** What was counted, for example `spans of google.adk`. */
  readonly kind: string;
  readonly reason: string;
  /** Names of attributes seen, if a convention may be missing here. */
  readonly attributes?: readonly string[];
}

const shownAttributes = 12;

/** Adds counts of one kind and reason, in order of first use. */
export function sumLeftOut(entries: Iterable<LeftOut>): readonly LeftOut[] {
  const sums = new Map<string, { count: number; kind: string; reason: string; attributes: Set<string> }>();
  for (const { count, kind, reason, attributes = [] } of entries) {
    const key = `${kind}\n${reason}`;
    const sum = sums.get(key) ?? { count: 0, kind, reason, attributes: new Set<string>() };
    sums.set(key, sum);
    sum.count += count;
    for (const name of attributes) if (sum.attributes.size < shownAttributes) sum.attributes.add(name);
  }
  return [...sums.values()].map(({ attributes, ...rest }) => ({
    ...rest,
    ...(attributes.size === 0 ? {} : { attributes: [...attributes] }),
  }));
}

/** For example `12 spans of google.adk: no model call among them`. */
export function describeLeftOut({ count, kind, reason, attributes = [] }: LeftOut): string {
  const seen = attributes.length === 0 ? "" : ` (attributes seen: ${attributes.join(", ")})`;
  // The noun stands before its first preposition: "log records of openai_v2", "conversations without an answer".
  const counted = count === 1 ? kind.replace(/s(?= (?:of|with|without|in|for) |$)/, "") : kind;
  return `${count} ${counted}: ${reason}${seen}`;
}
