import { Lexer } from "yaml";

/** Texts below this cannot hold enough to do harm. */
const harmlessLength = 20_000;
const maxTokens = 200_000;
const maxDepth = 100;

/**
 * Why a YAML text would take too much memory to read; undefined when it would not. Looks at one token at a
 * time, since the parser itself keeps them all: ten megabytes of `[` fill four gigabytes.
 */
export function sizeProblem(text: string): string | undefined {
  if (text.length < harmlessLength) return undefined;
  let count = 0;
  let depth = 0;
  let lineDepth = 0;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    else if (depth === 0 && (token === "-" || token === "?")) lineDepth += 1;
    else if (token.startsWith("\n")) lineDepth = 0;
    if (depth > maxDepth || lineDepth > maxDepth) return "it is nested too deeply";
    if (count > maxTokens) return "it has more parts than any file of a registry";
  }
  return undefined;
}
