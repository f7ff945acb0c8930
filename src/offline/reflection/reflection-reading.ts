const variables = /\{\{\s*[\w.-]+\s*\}\}/g;
const listItem = /^\s*[-*]\s+["`']?(\{\{\s*[\w.]+\s*\}\})["`']?\s*$/;

/** The unfilled variables of a text, each once, without blanks inside. */
export function placeholdersIn(text: string): ReadonlySet<string> {
  return new Set((text.match(variables) ?? []).map((one) => one.replace(/\s/g, "")));
}

/** Variables that stand as items of a list: those a new text must keep. */
export function listedVariables(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => listItem.exec(line)?.[1] ?? []);
}

/** What a request for a better prompt shows and wants. */
export interface ReflectionReading {
  /** The name behind the fence of the text; "" when there is none. */
  readonly name: string;
  /** The text to rewrite. */
  readonly current: string;
  /** Rewrites of it to combine it with; empty when it is to be improved. */
  readonly versions: readonly string[];
  readonly records: readonly FailureRecord[];
  /** Passages and variables that must stay word for word. */
  readonly locked: readonly string[];
  readonly maxTokens?: number;
  /** Further texts of the same prompt, which stay as they are. */
  readonly others: string;
  /** Words of earlier attempts that did not help. */
  readonly rejected: string;
  /** True when an earlier reply was sent back: a second one takes care. */
  readonly isRetry: boolean;
  /** The fence that the reply is asked to use. */
  readonly fence: string;
}

/** One worked example as a reflection request shows it; fields it does not show are "". */
export interface FailureRecord {
  readonly input: string;
  readonly output: string;
  readonly expected: string;
  readonly feedback: string;
  readonly score: string;
}

/** Without the name of an only input, and without quotes around a value. */
export function failureRecord(fields: Partial<FailureRecord>): FailureRecord {
  const { input = "", output = "", expected = "", feedback = "", score = "" } = fields;
  return {
    input: unquoted(input.trim().replace(/^(?!subject)[a-z_]\w{0,30}:[ \n]\s*/, "")),
    output: unquoted(output),
    expected: unquoted(expected),
    feedback: feedback.trim(),
    score: score.trim(),
  };
}

export function isUsableRecord({ input, output, expected, feedback }: FailureRecord): boolean {
  return feedback !== "" || (input !== "" && output + expected !== "");
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'`])([^"'`\n]*)\1[.]?$/, "$2");
}
