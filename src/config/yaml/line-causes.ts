import { indentCause, keyAmongItems } from "./indent-causes.ts";
import {
  indentOf,
  isBlank,
  keyOfLine,
  type SyntaxCause,
  type SyntaxFault,
  type YamlLines,
} from "./yaml-lines.ts";

/** Lines that are not YAML: leftovers of git, Markdown and shells. */
export function markCause(lines: YamlLines, fault: SyntaxFault): SyntaxCause | undefined {
  const last = lines.lineOf(fault.offset);
  for (const [at, line] of lines.lines.entries()) {
    if (at > last) break;
    const offset = lines.startOf(at) + indentOf(line);
    if (/^(<{7} |>{7} )/.test(line)) {
      const hint = "keep one of the two sides, and remove the lines with <<<<<<<, ======= and >>>>>>>";
      return { offset, message: "an unresolved git merge conflict", hint };
    }
    if (/^\s*(```|~~~)/.test(line) && at === firstLine(lines))
      return {
        offset,
        message: "a Markdown code fence is not YAML",
        hint: "remove this line and the closing one",
      };
    if (/^\s*\$? ?cat\b.*<</.test(line))
      return {
        offset,
        message: "a shell command is not YAML",
        hint: "keep only the lines between it and its end mark",
      };
  }
  return undefined;
}

function firstLine({ lines }: YamlLines): number {
  return lines.findIndex((line) => !isBlank(line));
}

/** The mistake in the line that the parser names, or in the one before. */
export function lineCause(lines: YamlLines, fault: SyntaxFault): SyntaxCause | undefined {
  const at = lines.lineOf(fault.offset);
  const line = lines.lines[at] ?? "";
  return (
    tab(lines, at) ??
    itemAmongKeys(lines, fault, at) ??
    curlyQuote(lines, at, line) ??
    valueStart(lines, fault, line) ??
    secondColon(lines, fault, at, line) ??
    noColon(lines, fault, at) ??
    indentCause(lines, fault) ??
    byMessage(lines, fault, at)
  );
}

/** Mistakes that the parser identifies, worded for a config. */
const named: readonly (readonly [parserMessage: RegExp, message: string, hint: string])[] = [
  [
    /^Sequence item without/,
    "neither an item of the list above (`- `) nor a key of its last item",
    "align it with the item's first key",
  ],
  [
    /^A block sequence may not/,
    "a list item where a key belongs",
    "remove the `-`, or indent the list below its key",
  ],
  [
    /^Missing , /,
    "two entries inside [ ] or { } without a comma between them",
    "put a comma between them, and quotes around text with special characters",
  ],
  [
    /^Implicit keys of flow sequence/,
    "a `-` inside [ ]",
    "separate the entries of [ ] by commas, without dashes",
  ],
];

function byMessage(lines: YamlLines, fault: SyntaxFault, at: number): SyntaxCause | undefined {
  const first = firstLine(lines);
  const indent = indentOf(lines.lines[first] ?? "");
  if (/^Unexpected scalar at node end/.test(fault.message) && indent > indentOf(lines.lines[at] ?? ""))
    return {
      offset: lines.startOf(first) + indent,
      message: "the first key is indented, but others are not",
      hint: "indent all keys of a map equally",
    };
  const found = named.find(([parserMessage]) => parserMessage.test(fault.message));
  if (found === undefined) return undefined;
  const isStart = lines.startOf(at) === fault.offset;
  return {
    offset: isStart ? fault.offset + indentOf(lines.lines[at] ?? "") : fault.offset,
    message: found[1],
    hint: found[2],
  };
}

function tab(lines: YamlLines, last: number): SyntaxCause | undefined {
  const at = [last - 1, last, last + 1].find(
    (one) => /^ *\t/.test(lines.lines[one] ?? "") && !isBlank(lines.lines[one] ?? ""),
  );
  if (at === undefined) return undefined;
  const offset = lines.startOf(at) + (lines.lines[at] ?? "").indexOf("\t");
  return {
    offset,
    message: "a tab in the indentation",
    hint: "YAML is indented with spaces; replace each tab with two spaces",
  };
}

function itemAmongKeys(lines: YamlLines, { offset, code }: SyntaxFault, at: number): SyntaxCause | undefined {
  const isItem = /^\s*- /.test(lines.lines[at] ?? "");
  return isItem && /IMPLICIT_KEY$/.test(code) ? keyAmongItems(lines, lines.lineOf(offset)) : undefined;
}

function curlyQuote(lines: YamlLines, at: number, line: string): SyntaxCause | undefined {
  const column = line.search(/(?<=(: |- ))\s*[“”‘’„]/);
  if (column < 0) return undefined;
  const sign = line.slice(column).trim()[0] ?? "";
  const offset = lines.startOf(at) + line.indexOf(sign, column);
  return { offset, message: `${sign} is not a YAML quote`, hint: "write \" or ' at both ends of the text" };
}

function valueStart({ text }: YamlLines, fault: SyntaxFault, line: string): SyntaxCause | undefined {
  const { code, offset, message } = fault;
  if (code === "BAD_SCALAR_START")
    return { offset, message: `text cannot start with ${text[offset]}`, hint: "put it in quotes" };
  if (/block-seq-ind on same line/.test(message) && keyOfLine(line) !== undefined)
    return {
      offset,
      message: "a list starts on the line of its key",
      hint: "start it on the next line, indented: `- first`",
    };
  if (/[\]}]\s*$/.test(text.slice(0, offset)) && /at node end/.test(message))
    return {
      offset: text.slice(0, offset).trimEnd().length - 1,
      message: "this bracket ends a list or a map, but more follows on the line",
      hint: "put the whole text in quotes",
    };
  if (/Not a YAML token|Block scalar header/.test(message))
    return {
      offset,
      message: "text follows | or > on the same line",
      hint: "start it on the next line, indented",
    };
  if (code === "BAD_ALIAS")
    return {
      offset,
      message: `\`${text[offset]}\` has no anchor name`,
      hint: "add a name, or put the text in quotes",
    };
  const start = text.lastIndexOf("\n", Math.max(0, offset - 1)) + 1;
  const star = /(?:^|[:\-,[{]\s+)([*&])\S*\s*$/.exec(text.slice(start, offset));
  if (code !== "UNEXPECTED_TOKEN" || star === null) return undefined;
  const place = start + star.index + star[0].indexOf(star[1] ?? "");
  return {
    offset: place,
    message: `\`${star[1]}\` at the start of a value is an alias, but text follows`,
    hint: "put the text in quotes",
  };
}

function secondColon(
  lines: YamlLines,
  fault: SyntaxFault,
  at: number,
  line: string,
): SyntaxCause | undefined {
  if (fault.code !== "BLOCK_AS_IMPLICIT_KEY") return undefined;
  const found = /^(\s*(?:- +)*[^\s:#][^:#]*: +)(?![|>])(.*?):(?=\s|$)/.exec(line);
  if (found === null) return undefined;
  const offset = lines.startOf(at) + found[0].length - 1;
  const key = keyOfLine(line);
  const hint = `put the ${key === undefined ? "whole text" : `value of ${key}`} in quotes`;
  return { offset, message: "a second `: ` in one value", hint };
}

function noColon(lines: YamlLines, { code }: SyntaxFault & object, at: number): SyntaxCause | undefined {
  if (code !== "MULTILINE_IMPLICIT_KEY" && code !== "MISSING_CHAR") return undefined;
  const line = lines.lines[at] ?? "";
  const [start = ""] = /^\s*(?:- +)*/.exec(line) ?? [];
  const offset = lines.startOf(at) + start.length;
  const glued = /^([\w.-]+):\S/.exec(line.slice(start.length))?.[1];
  if (isBlank(line) || keyOfLine(line) !== undefined || (/^\s*- /.test(line) && glued === undefined))
    return undefined;
  if (glued !== undefined)
    return {
      offset: offset + glued.length,
      message: "no space after the colon",
      hint: `write \`${glued}: …\``,
    };
  const equal = /^\s*([\w.-]+)\s*=/.exec(line)?.[1];
  if (equal !== undefined)
    return {
      offset: lines.startOf(at) + line.indexOf("="),
      message: "`=` instead of a colon",
      hint: `write \`${equal}: …\``,
    };
  return (
    indentCause(lines, { code: "TEXT", message: "", offset }) ?? {
      offset,
      message: "a line without a key",
      hint: "write `key: value`; a text of several lines starts with `key: |` and is indented",
    }
  );
}
