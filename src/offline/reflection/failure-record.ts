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
