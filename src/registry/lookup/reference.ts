/** A parsed reference: `name` is a path or id, `selector` selects a version. */
interface Reference {
  readonly name: string;
  /** A number, `latest`, an environment or a version name; absent if none. */
  readonly selector?: number | string;
}

/**
 * Parses `path`, `path/3`, `path@3`, `path@production`, `path@latest`, `path@version-name`, `prv_…` and
 * `pr_…`, each with or without `prompts:/`. Paths contain no `@` and do not end in a number.
 */
export function parseReference(text: string): Reference {
  const bare = text.replace(/^prompts:\/+/, "");
  const at = bare.indexOf("@");
  if (at !== -1) return { name: bare.slice(0, at), selector: asNumber(bare.slice(at + 1)) };
  const slash = bare.lastIndexOf("/");
  const last = bare.slice(slash + 1);
  if (slash > 0 && /^\d+$/.test(last)) return { name: bare.slice(0, slash), selector: Number(last) };
  return { name: bare };
}

/**
 * The name of a URI with its dots as folders, as MLflow writes paths: `prompts:/main.default.x/2` is
 * `main/default/x`. Undefined for other references, where a dot is only a dot.
 */
export function dottedPath(reference: string): string | undefined {
  if (!reference.startsWith("prompts:/")) return undefined;
  const { name } = parseReference(reference);
  return name.includes(".") ? name.replaceAll(".", "/") : undefined;
}

/** `prompts:/main/default/classifier/2` */
export function versionUri(path: string, version: number): string {
  return `prompts:/${path}/${version}`;
}

function asNumber(selector: string): number | string {
  return /^\d+$/.test(selector) ? Number(selector) : selector;
}
