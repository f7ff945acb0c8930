import { Composer, type CST, type Document, Lexer, LineCounter, type ParsedNode, Parser } from "yaml";
import type { Place } from "../places.ts";
import type { Problems } from "../problems.ts";
import { sourceExcerpt } from "./source-excerpt.ts";
import { syntaxCause } from "./syntax-cause.ts";

export type YamlDocument = Document.Parsed<ParsedNode, true>;
export interface ParsedYaml {
  readonly document: YamlDocument;
  readonly text: string;
  placeOf(offset: number): Place;
}

export const deepestNesting = 100;

// One node of the document takes up to this many entries of the parser's stack. The exact depth is
// checked later; this stops a hostile file before it can exhaust the stack of the composer.
const stackPerLevel = 2;

// `schema` is fixed so that a `%YAML 1.1` directive cannot bring back yes/no booleans and dates, and
// no tag is known beyond those of plain JSON, so that none can make anything else.
const options = {
  version: "1.2",
  schema: "core",
  resolveKnownTags: false,
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
} as const;

/** Text → one document. Undefined when it is not YAML; what is wrong has then been reported. */
export function parseYaml(text: string, problems: Problems): ParsedYaml | undefined {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const tokens = readTokens(text, lines);
  if (typeof tokens === "number") {
    problems.reportAt(placeOf(tokens), [], `nested deeper than ${deepestNesting} levels`, "flatten it");
    return undefined;
  }
  const documents = [...new Composer({ ...options, lineCounter: lines }).compose(tokens)];
  const [document, second] = documents;
  if (document === undefined || (document.contents === null && second === undefined)) {
    problems.reportAt(undefined, [], "the file is empty", "`dao-opt init` writes one to start from");
    return undefined;
  }
  const [fault] = documents.flatMap(({ errors }) => errors);
  if (fault !== undefined) {
    const { message, pos } = fault;
    const { offset, ...cause } = syntaxCause(text, { code: fault.code, message, offset: pos[0] });
    problems.reportAt(placeOf(offset), [], cause.message, cause.hint, sourceExcerpt(text, offset));
    return undefined;
  }
  let hasTag = false;
  for (const { warnings } of documents) {
    for (const warning of warnings) {
      if (warning.code !== "TAG_RESOLVE_FAILED") continue;
      hasTag = true;
      const tag = text.slice(warning.pos[0], warning.pos[1]);
      problems.reportAt(
        placeOf(warning.pos[0]),
        [],
        `tag ${tag} is not allowed`,
        "a config holds plain values only; remove the tag",
      );
    }
  }
  if (second !== undefined) {
    const start = second.range?.[0] ?? 0;
    problems.reportAt(
      placeOf(start),
      [],
      `the file holds ${documents.length} YAML documents`,
      "put everything into one: remove the `---` lines between them",
    );
    return undefined;
  }
  return hasTag ? undefined : { document, text, placeOf };
}

/** Tokens of the whole text, or the offset at which it nests too deep. */
function readTokens(text: string, lines: LineCounter): CST.Token[] | number {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > deepestNesting * stackPerLevel + 2) return parser.offset;
  }
  tokens.push(...parser.end());
  return tokens;
}
