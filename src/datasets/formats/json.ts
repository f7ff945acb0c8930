import { type ParsedTokenInfo, Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { isLongInteger } from "../../formats/exact-json.ts";
import { type JsonFault, jsonFault } from "../../formats/json-lines.ts";
import { createLineMap, createUtf8Check, readChunks } from "./read-chunks.ts";
import { brokenFile, listKeys, type ReadRows } from "./row-format.ts";

const onePieceHint =
  "a .json file is one document, so the rest of it is not read; in a .jsonl file each line is read separately";

/** Reads a JSON document: a list of rows, or an object with the list under `rows`, `data` or `records`. */
export const readJson: ReadRows = async (file, sink) => {
  const lines = createLineMap();
  const utf8 = createUtf8Check();
  const requireUtf8 = ([line]: readonly number[]): void => {
    if (line !== undefined) throw brokenFile(file, line, "not UTF-8 text", "save the file as UTF-8");
  };
  const rows = createJsonRowParser((row, offset) => sink.row(row, lines.placeAt(offset).line));
  let fedBytes = 0;
  const throwFault = (fault: ReturnType<typeof rows.feed>): void => {
    if (fault === undefined) return;
    const { line, column } = lines.placeAt(fault.offset ?? fedBytes);
    throw brokenFile(file, line, `not JSON at column ${column}: ${fault.message}`, onePieceHint);
  };
  for await (const chunk of readChunks(file)) {
    requireUtf8(utf8.feed(chunk));
    lines.feed(chunk);
    fedBytes += chunk.length;
    throwFault(rows.feed(chunk));
  }
  requireUtf8(utf8.end());
  throwFault(rows.end());
  if (rows.description === undefined || rows.hasList) return;
  throw brokenFile(
    file,
    undefined,
    `the file contains ${rows.description}, not a list of rows`,
    `write [{…}, {…}], or put the list under ${listKeys.join(", ")}`,
  );
};

/** Parses a JSON document chunk by chunk and emits its rows one at a time. */
interface JsonRowParser {
  /** Returns where the document stops being valid JSON, if it does. */
  feed(chunk: Buffer): JsonFault | undefined;
  end(): JsonFault | undefined;
  /** True once a list of rows was found. */
  readonly hasList: boolean;
  /** Describes the document if it is not a list; undefined if there is no document. */
  readonly description: string | undefined;
}

const shownKeys = 20;
const opening: ReadonlySet<TokenType> = new Set([TokenType.LEFT_BRACE, TokenType.LEFT_BRACKET]);
const closing: ReadonlySet<TokenType> = new Set([TokenType.RIGHT_BRACE, TokenType.RIGHT_BRACKET]);
const glue: ReadonlySet<TokenType> = new Set([TokenType.COMMA, TokenType.COLON]);

/** A text in the place of a number passes the parser as any other value. */
class ExactTokenizer extends Tokenizer {
  protected override parseNumber(digits: string): number {
    return isLongInteger(digits) ? (digits as unknown as number) : Number(digits);
  }
}

/** `hasExactIntegers`: integers beyond 2^53 become texts, as in `parseExactJson`. */
export function createJsonRowParser(
  onRow: (row: unknown, offset: number) => void,
  { hasExactIntegers = false } = {},
): JsonRowParser {
  const keys: string[] = [];
  let key = "";
  let parser: TokenParser | undefined;
  let root: ParsedTokenInfo | undefined;
  let previous: TokenType | undefined;
  let rowDepth = 1;
  let depth = 0;
  let rowOffset = 0;
  let tokenOffset = 0;
  let hasList = false;

  const open = (token: ParsedTokenInfo): TokenParser => {
    root = token;
    hasList = token.token === TokenType.LEFT_BRACKET;
    rowDepth = hasList ? 1 : 2;
    const paths = hasList ? ["$.*"] : listKeys.map((key) => `$.${key}.*`);
    const made = new TokenParser({ paths, keepStack: false });
    made.onValue = ({ value, key: index }) => {
      if (typeof index === "number") onRow(value, rowOffset);
    };
    return made;
  };
  const noteKeys = ({ token, value }: ParsedTokenInfo): void => {
    const isKey = previous === TokenType.LEFT_BRACE || previous === TokenType.COMMA;
    if (token === TokenType.STRING && isKey) {
      key = String(value);
      if (keys.length < shownKeys) keys.push(key);
    }
    if (token === TokenType.LEFT_BRACKET && listKeys.includes(key)) hasList = true;
  };

  const tokenizer = hasExactIntegers ? new ExactTokenizer() : new Tokenizer();
  tokenizer.onToken = (info) => {
    tokenOffset = info.offset;
    parser ??= open(info);
    if (closing.has(info.token)) depth--;
    else if (depth === rowDepth && !glue.has(info.token)) rowOffset = info.offset;
    if (depth === 1 && root?.token === TokenType.LEFT_BRACE) noteKeys(info);
    parser.write(info);
    if (opening.has(info.token)) depth++;
    previous = info.token;
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
    get hasList() {
      return hasList;
    },
    get description() {
      if (root === undefined) return undefined;
      if (root.token !== TokenType.LEFT_BRACE) return `a single ${typeof root.value}`;
      return keys.length === 0 ? "an empty object" : `an object with the keys ${keys.join(", ")}`;
    },
  };
}
