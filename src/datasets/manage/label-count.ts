const mostLabels = 1_000;
const longestLabel = 200;

export interface LabelBalance {
  /** Different answers; null when they are too many or too long to be labels. */
  readonly distinct: number | null;
  /** Most frequent first; empty when they are no labels. */
  readonly labels: readonly { readonly label: string; readonly rows: number }[];
}

/** Counts answers as long as there are few different ones. */
export interface LabelCount {
  add(answer: string): void;
  balance(): LabelBalance;
}

export function createLabelCount(): LabelCount {
  let counts: Map<string, number> | undefined = new Map();
  return {
    add(answer) {
      const label = answer.trim();
      if (label.length > longestLabel) counts = undefined;
      if (counts === undefined) return;
      counts.set(label, (counts.get(label) ?? 0) + 1);
      if (counts.size > mostLabels) counts = undefined;
    },
    balance() {
      if (counts === undefined) return { distinct: null, labels: [] };
      const labels = [...counts].map(([label, rows]) => ({ label, rows }));
      labels.sort((one, other) => other.rows - one.rows || (one.label < other.label ? -1 : 1));
      return { distinct: labels.length, labels };
    },
  };
}
