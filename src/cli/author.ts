import type { CliContext } from "./context.ts";

/** Who is filed as having made or moved something: the name git would use, else the system's user. */
export function filedBy({ env }: CliContext): { readonly by?: string } {
  const names = [env["GIT_AUTHOR_NAME"], env["USER"], env["LOGNAME"], env["USERNAME"]];
  const by = names.find((name) => name !== undefined && name.trim() !== "");
  return by === undefined ? {} : { by };
}
