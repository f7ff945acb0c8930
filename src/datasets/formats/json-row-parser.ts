import { type ParsedTokenInfo, Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { isLongInteger } from "../../formats/exact-json.ts";
import { type JsonFault, jsonFault } from "../../formats/json-lines.ts";

/** Parses a JSON document chunk by chunk and emits its rows one at a time. */
interface JsonRowParser {
  /** Returns where the document stops being valid JSON, if it does. */
  feed(chunk: Buffer): JsonFault | undefined;
  end(): JsonFault | undefined;
}

const opening: ReadonlySet<TokenType> = new Set([TokenType.LEFT_BRACE, TokenType.LEFT_BRACKET]);
const closing: ReadonlySet<TokenType> = new Set([TokenType.RIGHT_BRACE, TokenType.RIGHT_BRACKET]);
const glue: ReadonlySet<TokenType> = new Set([TokenType.COMMA, TokenType.COLON]);

/** A text in the place of a number passes the parser as any other value. */
class ExactTokenizer extends Tokenizer {
  protected override parseNumber(digits: string): number {
    return isLongInteger(digits) ? (digits as unknown as number) : Number(digits);
  }
}

/**
 * Emits the items of the list that the document is, or of the lists under `keys` of its object.
 * `hasExactIntegers`: integers beyond 2^53 become texts, as in `parseExactJson`.
 */
export function createJsonRowParser(
  onRow: (row: unknown, offset: number) => void,
  { hasExactIntegers = false },
  keys: readonly string[] = [],
): JsonRowParser {
  let parser: TokenParser | undefined;
  let rowDepth = 1;
  let depth = 0;
  let rowOffset = 0;
  let tokenOffset = 0;

  const open = (token: ParsedTokenInfo): TokenParser => {
    const isList = token.token === TokenType.LEFT_BRACKET;
    rowDepth = isList ? 1 : 2;
    const paths = isList ? ["$.*"] : keys.map((key) => `$.${key}.*`);
    const made = new TokenParser({ paths, keepStack: false });
    made.onValue = ({ value, key: index }) => {
      if (typeof index === "number") onRow(value, rowOffset);
    };
    return made;
  };

  const tokenizer = hasExactIntegers ? new ExactTokenizer() : new Tokenizer();
  tokenizer.onToken = (info) => {
    tokenOffset = info.offset;
    parser ??= open(info);
    if (closing.has(info.token)) depth--;
    else if (depth === rowDepth && !glue.has(info.token)) rowOffset = info.offset;
    parser.write(info);
    if (opening.has(info.token)) depth++;
  };
  const attempt = (step: () => void): JsonFault | undefined => {
    try {
      step();
      return undefined;
    } catch (error) {
      return jsonFault(error, tokenOffset);
    }
  };

  return {
    feed: (chunk) => attempt(() => tokenizer.write(chunk)),
    end: () =>
      attempt(() => {
        tokenizer.end();
        if (parser?.isEnded === false) parser.end();
      }),
  };
}
