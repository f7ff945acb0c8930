import { relative, resolve } from "node:path";

/** Flags that a command typed next needs to find this run's folders from `cwd`; empty where it looks anyway. */
export interface FolderFlags {
  readonly registryFlag: string;
  readonly stateFlag: string;
}

export function folderFlags(
  cwd: string,
  folders: { readonly registry?: string; readonly state: string },
): FolderFlags {
  const flag = (name: string, usual: string, path: string | undefined) =>
    path === undefined || path === resolve(cwd, usual)
      ? ""
      : ` --${name} ${shellWord(relative(cwd, path) || ".")}`;
  return {
    registryFlag: flag("registry", "prompts", folders.registry),
    stateFlag: flag("state", ".dao-opt", folders.state),
  };
}

/** The text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
