import type { JsonValue } from "../../core/data/json.ts";
import { parseExactJson } from "../../formats/exact-json.ts";
import { parseInspected } from "./inspected-object.ts";
import type { ReadFileValue } from "./read-value.ts";

/**
 * Reads documents written one after the other, as by the console exporters of OpenTelemetry: each opens with `{` and
 * ends with `}` at the start of a line, as JSON or as JavaScript prints objects. Undefined if no document is whole.
 * Other lines are reported once for each gap.
 */
export function splitDocuments(text: string): readonly ReadFileValue[] | undefined {
  const lines = text.split(/\r?\n/);
  const found: ReadFileValue[] = [];
  let open: number | undefined;
  let documents = 0;
  const other = (at: number) => {
    if (lines[at]?.trim() === "" || (found.at(-1) && "problem" in (found.at(-1) as ReadFileValue))) return;
    found.push({ problem: "text between documents", line: at + 1 });
  };
  lines.forEach((line, at) => {
    if (line.startsWith("{") && open === undefined) open = at;
    if (open === undefined) other(at);
    else if (/^\}[ \t]*,?$/.test(line) || (open === at && /\}[ \t]*,?$/.test(line))) {
      const read = documentIn(lines.slice(open, at + 1).join("\n"));
      if ("problem" in read) found.push({ ...read, line: open + 1 });
      else {
        found.push({ ...read, line: open + 1 });
        documents++;
      }
      open = undefined;
    }
  });
  if (open !== undefined) found.push({ problem: "the document that starts here has no end", line: open + 1 });
  return documents === 0 ? undefined : found;
}

function documentIn(text: string): { readonly value: JsonValue } | { readonly problem: string } {
  const plain = text.replace(/,\s*$/, "");
  try {
    return { value: parseExactJson(plain) };
  } catch {
    const read = parseInspected(plain);
    return typeof read === "string" ? { problem: read } : read;
  }
}
