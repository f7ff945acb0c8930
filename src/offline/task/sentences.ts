/** Splits an instruction into statements: lines, sentences and clauses. */
export function statementsOf(instruction: string): string[] {
  return instruction
    .replaceAll("’", "'")
    .split(/\n+|;\s+|(?<=[.!?])\s+(?=[A-Z"'`*-])/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

const denial =
  /\b(ignore|disregard|don't (?:care|mind|worry)|do not (?:care|mind|worry)|no need|never mind)\b/i;

/** "Ignore negation" mentions negation without stating a rule about it. */
export function isDenial(statement: string): boolean {
  return denial.test(statement);
}

/** Whether the name occurs in the statement as a separate word. Spaces and underscores are equivalent. */
export function mentions(statement: string, name: string): boolean {
  return placeOf(statement, name) >= 0;
}

/** Index of the name as a separate word, or −1. */
export function placeOf(statement: string, name: string): number {
  const low = statement.toLowerCase();
  const wanted = name.toLowerCase();
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + 1)) {
    if (!isWordCharacter(low[at - 1]) && !isWordCharacter(low[at + wanted.length])) return at;
  }
  return -1;
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}
