/** `${env:NAME}`, `${var.NAME}` or `${param.NAME}`, with `:-fallback`. */
export interface Placeholder {
  readonly source: "env" | "var" | "param";
  readonly name: string;
  readonly fallback: string | undefined;
  /** As written. */
  readonly text: string;
}

const pattern = /(\$?)\$\{(?:(env):|(var|param)\.)([^}:]*)(?::-([^}]*))?\}/g;

/** Text cut into pieces that stay as they are and placeholders. `$${env:X}` is the text `${env:X}`. */
export function cutPlaceholders(text: string): readonly (string | Placeholder)[] {
  const pieces: (string | Placeholder)[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, dollar, env, other, name = "", fallback] = match;
    pieces.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (dollar === "$") pieces.push(whole.slice(1));
    else
      pieces.push({
        source: (env ?? other) as Placeholder["source"],
        name: name.trim(),
        fallback,
        text: whole,
      });
  }
  pieces.push(text.slice(end));
  return pieces.filter((piece) => piece !== "");
}
