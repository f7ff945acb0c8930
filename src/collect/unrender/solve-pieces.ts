import type { TextPiece } from "../../core/template/template-variables.ts";

/** A text and the pieces it consists of. */
export interface Equation {
  readonly pieces: readonly TextPiece[];
  readonly text: string;
}

/** Variable → its text. */
export type Values = ReadonlyMap<string, string>;

interface Solutions {
  /** At most two, even if there are more. */
  readonly found: readonly Values[];
  /** False if the search was aborted, so there may be more. */
  readonly isComplete: boolean;
}

/**
 * Maximum number of characters to examine, per character of the texts. Beyond it the result is incomplete.
 */
const workPerCharacter = 200;
const leastWork = 1_000_000;

interface Search {
  work: number;
}

/**
 * Finds texts for the variables that satisfy all equations. A variable that occurs several times has the same
 * text everywhere. Linear time if no variable occurs twice; otherwise the search is bounded.
 */
export function solvePieces(equations: readonly Equation[]): Solutions {
  const length = equations.reduce((sum, { text }) => sum + text.length, 0);
  const search = { work: leastWork + length * workPerCharacter };
  const found = solve(equations, new Map(), search);
  return { found: found.slice(0, 2), isComplete: search.work > 0 };
}

function solve(given: readonly Equation[], bound: Values, search: Search): readonly Values[] {
  let values = bound;
  let open = given;
  for (;;) {
    search.work -= open.reduce((sum, { text }) => sum + text.length + 1, 0);
    if (search.work <= 0) return [];
    const left: Equation[] = [];
    for (const equation of open) {
      const pieces = withValues(equation.pieces, values);
      if (pieces.some((piece) => typeof piece !== "string")) left.push({ ...equation, pieces });
      else if (pieces.join("") !== equation.text) return [];
    }
    open = left;
    const alone = open.find(({ pieces }) => new Set(variablesOf(pieces)).size === 1);
    if (alone === undefined) break;
    const value = onlyValue(alone);
    if (value === undefined) return [];
    values = new Map([...values, [variablesOf(alone.pieces)[0] as string, value]]);
  }
  const repeated = repeatedVariables(open);
  return repeated.size === 0 ? combine(open.map(matchOnce), values) : branch(open, repeated, values, search);
}

/** Tries all texts for the first variable of an equation with a repeated variable. */
function branch(
  open: readonly Equation[],
  repeated: ReadonlySet<string>,
  values: Values,
  search: Search,
): readonly Values[] {
  const { pieces, text } = open.find((one) =>
    variablesOf(one.pieces).some((name) => repeated.has(name)),
  ) as Equation;
  const at = pieces.findIndex((piece) => typeof piece !== "string");
  const prefix = at === 0 ? "" : String(pieces[0]);
  if (!text.startsWith(prefix)) return [];
  const name = variablesOf(pieces)[0] as string;
  const next = pieces[at + 1];
  const literal = typeof next === "string" ? next : "";
  const found: Values[] = [];
  for (let end = text.indexOf(literal, prefix.length); end !== -1; end = text.indexOf(literal, end + 1)) {
    found.push(...solve(open, new Map([...values, [name, text.slice(prefix.length, end)]]), search));
    // An empty literal is found at the end of a text repeatedly.
    if (found.length > 1 || search.work <= 0 || end >= text.length) break;
  }
  return found;
}

/** The text of the only variable of an equation, which may occur several times. */
function onlyValue({ pieces, text }: Equation): string | undefined {
  const count = variablesOf(pieces).length;
  const literals = pieces.reduce((sum, piece) => sum + (typeof piece === "string" ? piece.length : 0), 0);
  const length = (text.length - literals) / count;
  if (!Number.isInteger(length) || length < 0) return undefined;
  const start = typeof pieces[0] === "string" ? pieces[0].length : 0;
  const value = text.slice(start, start + length);
  const isIt = pieces.map((piece) => (typeof piece === "string" ? piece : value)).join("") === text;
  return isIt ? value : undefined;
}

/**
 * Texts for variables that occur once. Literals are searched from the left and from the right; if both
 * searches find the same positions, the solution is unique.
 */
function matchOnce({ pieces, text }: Equation): readonly Values[] {
  const names = variablesOf(pieces);
  const [prefix = "", ...rest] = literalsAround(pieces);
  const suffix = rest.pop() ?? "";
  const end = text.length - suffix.length;
  if (end < prefix.length || !text.startsWith(prefix) || !text.endsWith(suffix)) return [];
  const fromLeft: number[] = [];
  let at = prefix.length;
  for (const literal of rest) {
    const place = text.indexOf(literal, at);
    if (place === -1 || place + literal.length > end) return [];
    fromLeft.push(place);
    at = place + literal.length;
  }
  const fromRight: number[] = [];
  at = end;
  for (const literal of [...rest].reverse()) {
    const place = text.lastIndexOf(literal, at - literal.length);
    fromRight.unshift(place);
    at = place;
  }
  const valuesAt = (places: readonly number[]): Values =>
    new Map(
      names.map((name, index) => {
        const before =
          index === 0 ? prefix.length : (places[index - 1] ?? 0) + (rest[index - 1] ?? "").length;
        return [name, text.slice(before, places[index] ?? end)];
      }),
    );
  const isOnly = fromLeft.every((place, index) => place === fromRight[index]);
  return isOnly ? [valuesAt(fromLeft)] : [valuesAt(fromLeft), valuesAt(fromRight)];
}

/** Combines solutions of equations without common variables: one solution, or two if any equation has two. */
function combine(each: readonly (readonly Values[])[], bound: Values): readonly Values[] {
  if (each.some((ways) => ways.length === 0)) return [];
  const pick = (choice: 0 | 1): Values =>
    new Map([...bound, ...each.flatMap((ways) => [...(ways[choice] ?? (ways[0] as Values))])]);
  return each.some((ways) => ways.length > 1) ? [pick(0), pick(1)] : [pick(0)];
}

/** The literals before, between and after the variables; empty where there is none. */
function literalsAround(pieces: readonly TextPiece[]): string[] {
  const literals = [""];
  for (const piece of pieces) {
    if (typeof piece === "string") literals[literals.length - 1] += piece;
    else literals.push("");
  }
  return literals;
}

function withValues(pieces: readonly TextPiece[], values: Values): readonly TextPiece[] {
  const merged: TextPiece[] = [];
  for (const piece of pieces) {
    const known = typeof piece === "string" ? piece : (values.get(piece.variable) ?? piece);
    const last = merged.at(-1);
    if (typeof known === "string" && typeof last === "string") merged[merged.length - 1] = last + known;
    else merged.push(known);
  }
  return merged;
}

function variablesOf(pieces: readonly TextPiece[]): readonly string[] {
  return pieces.flatMap((piece) => (typeof piece === "string" ? [] : [piece.variable]));
}

function repeatedVariables(equations: readonly Equation[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(
    equations
      .flatMap(({ pieces }) => variablesOf(pieces))
      .filter((name) => {
        const isAgain = seen.has(name);
        seen.add(name);
        return isAgain;
      }),
  );
}
