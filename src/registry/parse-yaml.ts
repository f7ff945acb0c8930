import { LineCounter, parseDocument } from "yaml";
import { jsonProblem } from "./json-limits.ts";
import { sizeProblem } from "./yaml-size.ts";

/** Bytes of the largest file the registry reads or writes. */
export const maxFileBytes = 10_000_000;
const maxAliasCount = 100;
const tooDeep = "it is nested too deeply";

/** Something wrong with a YAML text; lines and columns count from 1. */
export interface YamlProblem {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

export interface YamlReading {
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
  /** Place of a key or list item, for problems found later. */
  locate(path: readonly PropertyKey[]): { readonly line: number; readonly column: number } | undefined;
}

/** Reads one YAML 1.2 document that may come from anyone: no tags, few aliases, bounded depth and size. */
export function parseYaml(text: string): YamlReading {
  const nowhere = { value: undefined, locate: () => undefined };
  if (Buffer.byteLength(text) > maxFileBytes) {
    return { ...nowhere, problems: [{ message: `it is larger than ${maxFileBytes / 1e6} MB` }] };
  }
  const marker = /(?:^|\n)(?:<{7}|={7}|>{7})(?: |\r?\n|$)/.exec(text);
  if (marker !== null) {
    const line = text.slice(0, marker.index + 1).split("\n").length;
    return {
      ...nowhere,
      problems: [{ message: "it holds the markers of a git merge conflict", line, column: 1 }],
    };
  }
  const excess = sizeProblem(text);
  if (excess !== undefined) return { ...nowhere, problems: [{ message: excess }] };
  try {
    return readDocument(text);
  } catch (error) {
    const isTooDeep = error instanceof RangeError;
    const message = isTooDeep ? tooDeep : error instanceof Error ? error.message : String(error);
    return { ...nowhere, problems: [{ message }] };
  }
}

function readDocument(text: string): YamlReading {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { version: "1.2", schema: "core", lineCounter, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  // The stack can overflow again on the way back, more often the longer the process has run.
  const overflow = faults.find(({ message }) => message.startsWith("Maximum call stack"));
  const problems: YamlProblem[] = (overflow === undefined ? faults : [overflow]).map((fault) => {
    const { line, col } = lineCounter.linePos(fault.pos[0]);
    const message = fault === overflow ? tooDeep : (fault.message.split("\n")[0] ?? fault.message);
    return { message, line, column: col };
  });
  const value: unknown = problems.length > 0 ? undefined : document.toJS({ maxAliasCount });
  const unusable = jsonProblem(value);
  if (unusable !== undefined) problems.push({ message: unusable });
  return {
    value,
    problems,
    locate(path) {
      const node = document.getIn(path, true) as { range?: readonly [number, number, number] } | undefined;
      if (node?.range === undefined) return undefined;
      const { line, col } = lineCounter.linePos(node.range[0]);
      return { line, column: col };
    },
  };
}
