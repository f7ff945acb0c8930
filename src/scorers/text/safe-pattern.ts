import { type Matcher, RE2JS, RE2JSException } from "re2js";

interface PatternFlags {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  readonly dotAll?: boolean;
}

/** A pattern that matches in linear time. */
export interface SafePattern {
  /** Whole match (0) and groups (null if unused) of the first match; undefined if there is none. */
  find(text: string): readonly (string | null)[] | undefined;
  /** Same for a match of the whole text. */
  findWhole(text: string): readonly (string | null)[] | undefined;
  readonly groupCount: number;
  readonly groupNames: Readonly<Record<string, number>>;
}

type CompiledPattern =
  | { readonly ok: true; readonly pattern: SafePattern }
  | { readonly ok: false; readonly problem: string };

/**
 * Compiles a pattern for the RE2 engine, which never backtracks. Accepts JavaScript syntax except look-around and
 * back-references, which RE2 does not support.
 */
export function compilePattern(source: string, flags: PatternFlags = {}): CompiledPattern {
  const bits =
    (flags.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.multiline ? RE2JS.MULTILINE : 0) |
    (flags.dotAll ? RE2JS.DOTALL : 0);
  try {
    return { ok: true, pattern: wrap(RE2JS.compile(RE2JS.translateRegExp(source), bits)) };
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    return { ok: false, problem: cause.message.replace(/^error parsing regexp: /, "") };
  }
}

function wrap(compiled: RE2JS): SafePattern {
  const groupsOf = (matcher: Matcher) =>
    Array.from({ length: compiled.groupCount() + 1 }, (_, at) => matcher.group(at) ?? null);
  const attempt = (text: string, run: (matcher: Matcher) => boolean) => {
    const matcher = compiled.matcher(text);
    return run(matcher) ? groupsOf(matcher) : undefined;
  };
  return {
    groupCount: compiled.groupCount(),
    groupNames: compiled.namedGroups(),
    find: (text) => attempt(text, (matcher) => matcher.find()),
    findWhole: (text) => attempt(text, (matcher) => matcher.matches()),
  };
}
