import type { KeyPath } from "../key-path.ts";
import { isOpaque, isRowData } from "../layout.ts";
import type { Problems } from "../problems.ts";

/** Texts of the user's own, in which anything may stand. */
const ownTexts: ReadonlySet<string> = new Set([
  ...["default_template", "template", "content", "description", "locked", "command", "tags"],
]);
const braced = /(?<!\$)\$\{([A-Za-z_]\w*)(?::?[-=?+][^}]*)?\}/g;
const bare = /^\$([A-Z_][A-Z0-9_]*)$/;

/** Names in a text that a shell would fill in, and a config does not: `${NAME}`, or `$NAME` alone. */
function shellVariables(text: string): readonly string[] {
  const alone = bare.exec(text)?.[1];
  const inside = [...text.matchAll(braced)].map(([, name = ""]) => name);
  return alone === undefined ? [...new Set(inside)] : [alone];
}

/** Warns of an environment variable that is written as in a shell, and would be taken as text. */
export function warnOfShellVariables(text: string, path: KeyPath, problems: Problems): void {
  if (!text.includes("$") || path.some((key) => ownTexts.has(key)) || isOpaque(path) || isRowData(path))
    return;
  for (const name of shellVariables(text)) {
    problems.warn(
      path,
      `\${${name}} is not filled in as in a shell; write \${env:${name}} for the environment variable ${name}`,
    );
  }
}

/** The hint for a value that must be something else than the text of a variable; undefined where none is in it. */
export function shellHint(text: string): string | undefined {
  const [name] = shellVariables(text);
  return name === undefined ? undefined : `for the environment variable write \${env:${name}}`;
}
