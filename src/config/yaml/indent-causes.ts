import {
  indentOf,
  isBlank,
  keyOfLine,
  type SyntaxCause,
  type SyntaxFault,
  type YamlLines,
} from "./yaml-lines.ts";

/** Lines whose indentation matches nothing around them. */
export function indentCause(lines: YamlLines, fault: SyntaxFault): SyntaxCause | undefined {
  const at = lines.lineOf(fault.offset);
  if (fault.code === "BLOCK_AS_IMPLICIT_KEY" || fault.code === "MULTILINE_IMPLICIT_KEY")
    return belowValue(lines, at);
  if (fault.code !== "BAD_INDENT" && fault.code !== "TEXT") return keyAmongItems(lines, at);
  return (
    leftBlock(lines, at) ??
    keyAmongItems(lines, at) ??
    (fault.code === "TEXT" ? undefined : misfit(lines, at))
  );
}

const place = (lines: YamlLines, at: number): number => lines.startOf(at) + indentOf(lines.lines[at] ?? "");

function before(lines: YamlLines, at: number): number {
  return lines.lines.findLastIndex((line, one) => one < at && !isBlank(line));
}

/** `a: 1` with deeper lines below it. */
function belowValue(lines: YamlLines, at: number): SyntaxCause | undefined {
  const line = lines.lines[at] ?? "";
  const next = lines.lines.findIndex((other, one) => one > at && !isBlank(other));
  const key = keyOfLine(line);
  if (next < 0 || key === undefined || indentOf(lines.lines[next] ?? "") <= indentOf(line)) return undefined;
  return {
    offset: place(lines, next),
    message: `indented deeper than ${key}, which already has a value`,
    hint: `give it the indentation of ${key}, or remove that value`,
  };
}

/** A line too far left for the text of a `|` block, and too far right for a key. */
function leftBlock(lines: YamlLines, at: number): SyntaxCause | undefined {
  const indent = indentOf(lines.lines[at] ?? "");
  for (let one = at - 1; one >= 0; one--) {
    const line = lines.lines[one] ?? "";
    if (isBlank(line) || indentOf(line) >= indent) {
      if (!/[:-] +[|>][+-]?\d*\s*(#.*)?$/.test(line) || indentOf(line) > indent) continue;
    }
    if (!/[:-] +[|>][+-]?\d*\s*(#.*)?$/.test(line)) return undefined;
    const key = keyOfLine(line);
    if (keyOfLine(lines.lines[at] ?? "") !== undefined && indentOf(line) === indent) return undefined;
    if (at === one + 1)
      return {
        offset: place(lines, at),
        message: `the text of ${key ?? "a block"} is not indented`,
        hint: "indent it by two spaces more than its key",
      };
    return {
      offset: place(lines, at),
      message: `indented less than the text ${key === undefined ? "" : `of ${key} `}above it`,
      hint: `the text starts in line ${one + 2}; indent all of it equally`,
    };
  }
  return undefined;
}

/** A list item next to keys of a map, or a key next to list items. */
export function keyAmongItems(lines: YamlLines, at: number): SyntaxCause | undefined {
  const line = lines.lines[at] ?? "";
  const indent = indentOf(line);
  const sibling = lines.lines.findLastIndex(
    (other, one) => one < at && !isBlank(other) && indentOf(other) <= indent,
  );
  const other = lines.lines[sibling] ?? "";
  if (indentOf(other) !== indent) return undefined;
  const [isItem, wasItem] = [/^\s*- /.test(line), /^\s*- /.test(other)];
  if (isItem === wasItem) return undefined;
  return isItem
    ? {
        offset: place(lines, at),
        message: "a list item among keys",
        hint: "indent it below the key whose list it belongs to",
      }
    : {
        offset: place(lines, at),
        message: "a key among the items of a list",
        hint: "indent it like the keys of the item above, or less than the list",
      };
}

function misfit(lines: YamlLines, at: number): SyntaxCause | undefined {
  const indent = indentOf(lines.lines[at] ?? "");
  const around: number[] = [];
  let most = Number.POSITIVE_INFINITY;
  for (let one = before(lines, at); one >= 0; one--) {
    const line = lines.lines[one] ?? "";
    if (isBlank(line) || keyOfLine(line) === undefined || indentOf(line) >= most) continue;
    most = indentOf(line);
    around.push(most);
  }
  const fitting = around.filter((one) => one !== indent).sort((one, other) => one - other);
  if (fitting.length === 0) return undefined;
  return {
    offset: place(lines, at),
    message: `indented by ${indent}, but the keys above by ${listed(fitting)}`,
    hint: "indent all keys of a map equally",
  };
}

function listed(numbers: readonly number[]): string {
  const last = numbers.at(-1);
  return numbers.length === 1 ? String(last) : `${numbers.slice(0, -1).join(", ")} or ${last}`;
}
