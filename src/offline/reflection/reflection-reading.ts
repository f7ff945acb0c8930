const variables = /\{\{\s*[\w.-]+\s*\}\}/g;
const listItem = /^\s*[-*]\s+["`']?(\{\{\s*[\w.]+\s*\}\})["`']?\s*$/;

/** The unfilled variables of a text, each once, trimmed. */
export function placeholdersIn(text: string): ReadonlySet<string> {
  return new Set((text.match(variables) ?? []).map((one) => one.replace(/\s/g, "")));
}

/** Variables listed as items: a new text must keep them. */
export function listedVariables(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => listItem.exec(line)?.[1] ?? []);
}

/** The contents of a request for a better prompt. */
export interface ReflectionReading {
  /** The name after the fence of the text; "" if there is none. */
  readonly name: string;
  /** The text to rewrite. */
  readonly current: string;
  /** Rewrites to combine with it; empty if it is to be improved. */
  readonly versions: readonly string[];
  readonly records: readonly FailureRecord[];
  /** Passages and variables that must stay verbatim. */
  readonly locked: readonly string[];
  readonly maxTokens?: number;
  /** Other texts of the same prompt, which stay unchanged. */
  readonly others: string;
  /** Text of earlier attempts that did not help. */
  readonly rejected: string;
  /** True if an earlier reply was rejected: the second one is careful. */
  readonly isRetry: boolean;
  /** The fence to use in the reply. */
  readonly fence: string;
}

/** One worked example in a reflection request; missing fields are "". */
export interface FailureRecord {
  readonly input: string;
  readonly output: string;
  readonly expected: string;
  readonly feedback: string;
  readonly score: string;
}

/** Removes the name of a single input, and quotes around values. */
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
