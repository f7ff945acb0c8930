/** How the columns of a table are separated. */
export interface CsvDialect {
  readonly delimiter: string;
  /** True if the first line is Excel's `sep=;`. */
  readonly hasSeparatorLine: boolean;
}

const candidates = [",", ";", "\t", "|"] as const;
const sampleRecords = 30;

/** Names for messages. */
export const delimiterNames: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
};

/**
 * Finds the delimiter that splits the first records into the number of fields of the header. The usual one wins if
 * several do. `isWhole`: the text is all of the file, so that its last record is complete.
 */
export function sniffDelimiter(head: string, usual: "," | "\t", isWhole: boolean): CsvDialect {
  const [, separator] = /^"?sep=([^\r\n])"?\r?(?:\n|$)/i.exec(head) ?? [];
  if (separator !== undefined) return { delimiter: separator, hasSeparatorLine: true };
  let best: { readonly delimiter: string; readonly agreement: number } | undefined;
  for (const delimiter of [usual, ...candidates.filter((one) => one !== usual)]) {
    const counts = fieldCounts(head, delimiter, isWhole);
    const [header = 0] = counts;
    if (header < 2) continue;
    const agreement = counts.filter((count) => count === header).length / counts.length;
    if (best === undefined || agreement > best.agreement) best = { delimiter, agreement };
  }
  return { delimiter: best?.delimiter ?? usual, hasSeparatorLine: false };
}

/** Number of fields of the first records. Delimiters and breaks inside quotes do not count. */
export function fieldCounts(text: string, delimiter: string, isWhole: boolean): readonly number[] {
  const counts: number[] = [];
  let fields = 1;
  let isQuoted = false;
  let isFieldStart = true;
  let isEmpty = true;
  const endRecord = (): void => {
    if (!isEmpty) counts.push(fields);
    fields = 1;
    isEmpty = true;
    isFieldStart = true;
  };
  for (let at = 0; at < text.length && counts.length < sampleRecords; at++) {
    const sign = text[at];
    if (isQuoted) {
      if (sign === '"' && text[at + 1] === '"') at++;
      else if (sign === '"') isQuoted = false;
    } else if (sign === "\n" || sign === "\r") endRecord();
    else {
      isEmpty = false;
      if (sign === delimiter) fields++;
      else if (sign === '"' && isFieldStart) isQuoted = true;
      isFieldStart = sign === delimiter;
    }
  }
  // The last record of a piece may be cut off.
  if (counts.length < sampleRecords && !isEmpty && (isWhole || counts.length === 0)) counts.push(fields);
  return counts;
}
