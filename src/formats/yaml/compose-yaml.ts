import {
  Composer,
  type CST,
  type Document,
  isNode,
  isScalar,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
  visit,
} from "yaml";

/** Maximum nesting of any YAML text. */
export const maxYamlDepth = 100;

// One node takes up to this many entries of the parser's stack. Callers that need the exact depth check the
// value; this limit protects the composer's stack from hostile texts.
const stackPerLevel = 2;

export type YamlDocument = Document.Parsed<ParsedNode, true>;

interface ComposedYaml {
  /** Every document of the text, at least one, each with its errors and warnings. */
  readonly documents: readonly [YamlDocument, ...YamlDocument[]];
  readonly lines: LineCounter;
}

/** The text exceeds a limit. Nothing after the offset was read. */
interface YamlExcess {
  readonly excess: "depth" | "parts";
  readonly offset: number;
  readonly lines: LineCounter;
}

interface ComposeYamlOptions {
  /** Expand merge keys (`<<`); default false. */
  readonly merge?: boolean;
  /** Resolve tags beyond those of JSON; default false. */
  readonly resolveKnownTags?: boolean;
  /** Maximum number of tokens; default no limit beyond the size. */
  readonly maxTokens?: number;
}

/**
 * The only place that parses YAML 1.2. The schema is fixed, so a `%YAML 1.1` directive cannot bring back yes/no
 * booleans and dates. Limits are checked token by token: the parser keeps all tokens in memory, and ten
 * megabytes of `[` would fill four gigabytes. Positions are UTF-16 offsets; `lines` converts them to line and
 * column.
 */
export function composeYaml(text: string, options: ComposeYamlOptions = {}): ComposedYaml | YamlExcess {
  const { maxTokens = Number.POSITIVE_INFINITY, ...composing } = options;
  const lines = new LineCounter();
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    count += 1;
    if (parser.stack.length > maxYamlDepth * stackPerLevel + 2)
      return { excess: "depth", offset: parser.offset, lines };
    if (count > maxTokens) return { excess: "parts", offset: parser.offset, lines };
  }
  tokens.push(...parser.end());
  const composer = new Composer<ParsedNode, true>({
    version: "1.2",
    schema: "core",
    resolveKnownTags: false,
    merge: false,
    // The parser compares each key with every earlier key; `repeatedKeys` looks each one up once.
    uniqueKeys: false,
    prettyErrors: false,
    ...composing,
    lineCounter: lines,
  });
  // With `forceDoc`, an empty text is one document without contents.
  const documents = [...composer.compose(tokens, true, text.length)] as YamlDocument[];
  return { documents: documents as [YamlDocument, ...YamlDocument[]], lines };
}

/** Offsets of repeated keys, in order. */
export function repeatedKeys(document: YamlDocument): readonly number[] {
  const offsets: number[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const value = isScalar(key) ? key.value : key;
        if (seen.has(value)) offsets.push(isNode(key) ? (key.range?.[0] ?? 0) : 0);
        seen.add(value);
      }
    },
  });
  return offsets;
}
