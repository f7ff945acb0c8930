import { bracketCause, quoteCause } from "./delimiter-causes.ts";
import { lineCause, markCause } from "./line-causes.ts";
import { type SyntaxCause, type SyntaxFault, yamlLines } from "./yaml-lines.ts";

/**
 * A parser stumbles where it can go no further, which may be far below the slip: a quote without its
 * end swallows the lines after it. This looks for the slip.
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

/** What the parser stumbled over may be part of a key: its place is enough. */
export function withoutSource(message: string): string {
  return message.replace(/:? ["'*`].*$/s, "");
}
