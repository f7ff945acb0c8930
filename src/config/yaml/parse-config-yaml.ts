import { composeYaml, maxYamlDepth, type YamlDocument } from "../../formats/yaml/compose-yaml.ts";
import type { Problems } from "../problems.ts";
import type { SourcePlace } from "../source-places.ts";
import { isSecretKey } from "../values/secret-fields.ts";
import { syntaxCause } from "./syntax-cause.ts";
import { yamlLines } from "./yaml-lines.ts";

/** Number of columns to show around a mistake. */
const width = 60;

/** The line of an offset with a caret below it. Possible keys and passwords are shown as dots. */
function sourceExcerpt(text: string, offset: number): string {
  const lines = yamlLines(text);
  const at = lines.lineOf(offset);
  const line = maskSecrets(lines.lines[at] ?? "").replaceAll("\t", "→");
  const column = Math.min(offset - lines.startOf(at), line.length);
  const start = Math.max(0, Math.min(column - width / 2, line.length - width));
  const shown = line.slice(start, start + width).trimEnd();
  const number = String(at + 1);
  const head = start > 0 ? "…" : "";
  const tail = start + width < line.length ? "…" : "";
  const gutter = " ".repeat(number.length);
  return `${number} | ${head}${shown}${tail}\n${gutter} | ${" ".repeat(column - start + head.length)}^`;
}

function maskSecrets(line: string): string {
  return line
    .replace(
      /(["']?)([\w-]+)\1(\s*[:=]\s*)([^,}\]#]*)/g,
      (whole, quote: string, key: string, colon: string, value: string) =>
        isSecretKey(key) && !value.includes("${")
          ? `${quote}${key}${quote}${colon}${value.replace(/[^\s"']/g, "•")}`
          : whole,
    )
    .replace(/[A-Za-z0-9+/_-]{20,}/g, (word) =>
      /\d/.test(word) && /[A-Za-z]/.test(word) ? "•".repeat(word.length) : word,
    );
}

export interface ParsedYaml {
  readonly document: YamlDocument;
  readonly text: string;
  placeOf(offset: number): SourcePlace;
}

/** Parses the text as one document. Undefined if it is not valid YAML, which is reported. */
export function parseConfigYaml(text: string, problems: Problems): ParsedYaml | undefined {
  // Merge keys and repeated keys are handled while the tree is built, because their places are known there.
  const composed = composeYaml(text);
  const placeOf = (offset: number): SourcePlace => {
    const { line, col } = composed.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if ("excess" in composed) {
    problems.reportAt(
      placeOf(composed.offset),
      [],
      `nested deeper than ${maxYamlDepth} levels`,
      "flatten it",
    );
    return undefined;
  }
  const { documents } = composed;
  const [document, second] = documents;
  if (document.contents === null && document.errors.length === 0 && second === undefined) {
    problems.reportAt(undefined, [], "the file is empty", "run `dao-opt init` to create one");
    return undefined;
  }
  const [fault] = documents.flatMap(({ errors }) => errors);
  if (fault !== undefined) {
    const { message, pos } = fault;
    const { offset, ...cause } = syntaxCause(text, { code: fault.code, message, offset: pos[0] });
    problems.reportAt(placeOf(offset), [], cause.message, cause.hint, sourceExcerpt(text, offset));
    return undefined;
  }
  let hasTag = false;
  for (const { warnings } of documents) {
    for (const warning of warnings) {
      if (warning.code !== "TAG_RESOLVE_FAILED") continue;
      hasTag = true;
      const tag = text.slice(warning.pos[0], warning.pos[1]);
      problems.reportAt(
        placeOf(warning.pos[0]),
        [],
        `tag ${tag} is not allowed`,
        "a config holds plain values only; remove the tag",
      );
    }
  }
  if (second !== undefined) {
    const start = second.range[0];
    problems.reportAt(
      placeOf(start),
      [],
      `the file holds ${documents.length} YAML documents`,
      "put everything into one: remove the `---` lines between them",
    );
    return undefined;
  }
  return hasTag ? undefined : { document, text, placeOf };
}
