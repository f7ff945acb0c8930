import { bracketCause, quoteCause } from "./delimiter-causes.ts";
import { lineCause, markCause } from "./line-causes.ts";
import { type SyntaxCause, type SyntaxFault, yamlLines } from "./yaml-lines.ts";

/**
 * Finds the likely mistake behind a parser error. The parser stops where it cannot continue, which may be far
 * below: an unclosed quote swallows the lines after it.
 */
export function syntaxCause(text: string, fault: SyntaxFault): SyntaxCause {
  const lines = yamlLines(text);
  return (
    markCause(lines, fault) ??
    bracketCause(lines, fault) ??
    quoteCause(lines, fault) ??
    lineCause(lines, fault) ?? {
      offset: fault.offset,
      message: `not valid YAML: ${withoutSource(fault.message)}`,
    }
  );
}

/** The parser's excerpt may contain part of a key, so only the place is reported. */
export function withoutSource(message: string): string {
  return message.replace(/:? ["'*`].*$/s, "");
}
