import { relative } from "node:path";
import type { ConfigFolders } from "../../config/read-folders.ts";
import { shellWord } from "../../core/text/shell-word.ts";

/** Flags that a command typed next in `cwd` needs to find these folders; empty where it looks without them. */
export interface FolderFlags {
  readonly registryFlag: string;
  readonly stateFlag: string;
}

export function folderFlags(cwd: string, folders: ConfigFolders, usual: ConfigFolders): FolderFlags {
  const flag = (name: string, usualPath: string, path: string) =>
    path === usualPath ? "" : ` --${name} ${shellWord(relative(cwd, path) || ".")}`;
  return {
    registryFlag: flag("registry", usual.registryPath, folders.registryPath),
    stateFlag: flag("state", usual.statePath, folders.statePath),
  };
}
