/** A reference taken apart: `name` is a path or an id, `selector` says which version of it. */
interface Reference {
  readonly name: string;
  /** A number, or `latest`, an environment's or a version's name; absent when none was given. */
  readonly selector?: number | string;
}

/**
 * Takes apart `path`, `path/3`, `path@3`, `path@production`, `path@latest`, `path@version-name`, `prv_…`,
 * `pr_…`, each with or without `prompts:/` in front. No path holds an `@`, and none ends in a number.
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

/** `prompts:/main/default/classifier/2` */
export function versionUri(path: string, version: number): string {
  return `prompts:/${path}/${version}`;
}

function asNumber(selector: string): number | string {
  return /^\d+$/.test(selector) ? Number(selector) : selector;
}
