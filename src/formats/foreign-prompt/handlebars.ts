import type { PromptNote } from "./prompt-format.ts";

/** A piece of a Handlebars text: literal text, or a tag without its braces. */
interface Piece {
  readonly text?: string;
  readonly tag?: string;
  /** From 1, within the file. */
  readonly line: number;
}

/**
 * Splits a Handlebars text into text and tags. Comments are removed; `\{{` is literal. A block tag or comment alone
 * in its line takes the line with it.
 */
export function handlebarsPieces(body: string, bodyLine: number): readonly Piece[] {
  const pieces: Piece[] = [];
  const pattern =
    /(\\?)(\{\{\{([^{}]{0,200})\}\}\}|\{\{!--[\s\S]{0,20000}?--\}\}|\{\{((?:[^{}"'\n]|"[^"\n]{0,500}"|'[^'\n]{0,500}'){0,200})\}\})/g;
  let end = 0;
  let line = bodyLine;
  const add = (text: string) => {
    if (text !== "") pieces.push({ text, line });
    line += text.split("\n").length - 1;
  };
  for (const match of body.matchAll(pattern)) {
    add(body.slice(end, match.index));
    end = match.index + match[0].length;
    const tag = (match[3] ?? match[4])?.trim();
    if (match[1] === "\\") add(match[0].slice(1));
    else {
      pieces.push({ tag: tag ?? "!", line });
      line += match[0].split("\n").length - 1;
    }
  }
  add(body.slice(end));
  return withoutOwnLines(pieces).filter(({ tag }) => tag === undefined || !tag.startsWith("!"));
}

const ownLine = /^~?(?:[#/^>!]|else\b)/;

function withoutOwnLines(pieces: readonly Piece[]): readonly Piece[] {
  const isAlone = (at: number): boolean => {
    const { tag } = pieces[at] ?? {};
    if (tag === undefined || !ownLine.test(tag)) return false;
    const before = pieces[at - 1];
    const after = pieces[at + 1];
    const starts =
      at === 0 || (before?.text !== undefined && /\n[ \t]*$|^[ \t]*$/.test(tail(before.text, at === 1)));
    return (
      starts && (after === undefined || (after.text !== undefined && /^[ \t]*(?:\r?\n|$)/.test(after.text)))
    );
  };
  return pieces.map((piece, at) => {
    if (piece.text === undefined) return piece;
    const opened = isAlone(at - 1) ? piece.text.replace(/^[ \t]*\r?\n/, "") : piece.text;
    return { ...piece, text: isAlone(at + 1) ? opened.replace(/[ \t]+$/, "") : opened };
  });
}

/** The end of a text, where blanks alone count as the start of a line only at the start of the body. */
function tail(text: string, isFirst: boolean): string {
  const end = text.slice(Math.max(0, text.lastIndexOf("\n")));
  return isFirst || end.startsWith("\n") ? end : `x${end}`;
}

interface Block {
  readonly kind: "if" | "unless" | "each";
  readonly line: number;
  /** Name of the item of a loop. */
  readonly item?: string;
}

/** Converts Handlebars to a template of this tool, piece by piece. */
export interface HandlebarsConverter {
  /** The text of a piece in jinja; problems are collected. */
  convert(piece: Piece): string;
  readonly problems: readonly PromptNote[];
  /** Open blocks. */
  readonly depth: number;
  /** Whether anything but variables by name was used. */
  readonly needsJinja: boolean;
  /** Reports the blocks that are still open. */
  finish(): void;
}

const path = /^(?:\.\.\/)*(?:this|@index|@first|@last|[A-Za-z_]\w*)(?:[./][A-Za-z_]\w*)*$/;

export function createHandlebarsConverter(): HandlebarsConverter {
  const problems: PromptNote[] = [];
  const blocks: Block[] = [];
  let needsJinja = false;
  let loops = 0;

  const report = (line: number, tag: string, hint: string): string => {
    problems.push({ line, message: `{{${tag}}} cannot be converted`, hint });
    return "";
  };
  /** An expression for a path, in the context of the innermost loop. */
  const expression = (name: string): string | undefined => {
    if (!path.test(name)) return undefined;
    const up = name.match(/\.\.\//g)?.length ?? 0;
    const items = blocks.flatMap(({ item }) => (item === undefined ? [] : [item]));
    const item = items.at(-1 - up);
    const [first = "", ...rest] = name.replaceAll("../", "").split(/[./]/);
    if (first.startsWith("@")) {
      if (item === undefined) return undefined;
      return { "@index": "loop.index0", "@first": "loop.first", "@last": "loop.last" }[first];
    }
    if (first === "this") return item === undefined ? undefined : [item, ...rest].join(".");
    return item === undefined ? [first, ...rest].join(".") : [item, first, ...rest].join(".");
  };
  const open = (tag: string, line: number): string => {
    const [, kind = "", given = "", name] =
      /^#\s*(\w+)\s+([^\s|]+)\s*(?:as\s*\|\s*(\w+)\s*\|)?\s*$/.exec(tag) ?? [];
    const value = expression(given);
    if ((kind !== "if" && kind !== "unless" && kind !== "each") || value === undefined) {
      // Its end is not reported a second time.
      blocks.push({ kind: "if", line });
      return report(
        line,
        tag,
        "use #if, #unless or #each with the name of a variable, or rewrite it with jinja",
      );
    }
    needsJinja = true;
    if (kind !== "each") {
      blocks.push({ kind, line });
      return kind === "if" ? `{% if ${value} %}` : `{% if not ${value} %}`;
    }
    loops++;
    const item = name ?? (loops === 1 ? "item" : `item${loops}`);
    blocks.push({ kind, line, item });
    return `{% for ${item} in ${value} %}`;
  };
  const close = (tag: string, line: number): string => {
    const block = blocks.pop();
    if (block === undefined) return report(line, tag, "remove it: no block is open here");
    return block.kind === "each" ? "{% endfor %}" : "{% endif %}";
  };
  return {
    problems,
    get depth() {
      return blocks.length;
    },
    get needsJinja() {
      return needsJinja;
    },
    convert({ text, tag: whole = "", line }) {
      if (text !== undefined) return text;
      const tag = whole.replace(/^~|~$/g, "").trim();
      if (tag.startsWith("#")) return open(tag, line);
      if (tag.startsWith("/")) return close(tag, line);
      if (tag === "else" || tag === "^")
        return blocks.length === 0 ? report(line, tag, "remove it") : "{% else %}";
      if (tag.startsWith(">"))
        return report(line, tag, "paste the text of the partial here: files do not include other files");
      const json = /^json\s+(\S+)$/.exec(tag)?.[1];
      const value = expression(json ?? tag);
      if (value === undefined)
        return report(
          line,
          tag,
          "helpers are not supported: write the text, or put its result into a variable",
        );
      if (json !== undefined || value.includes(".")) needsJinja = true;
      return json === undefined ? `{{${value}}}` : `{{ ${value} | tojson }}`;
    },
    finish() {
      for (const { kind, line } of blocks)
        problems.push({ line, message: `{{#${kind}}} is not closed`, hint: `add {{/${kind}}}` });
    },
  };
}

/** Literal text in a jinja template, so that its own braces stay text. */
export function jinjaLiteral(text: string): string {
  return text.replace(/\{[{%#]|[}%#]\}/g, (braces) => `{{ "${braces}" }}`);
}
