import { defined } from "../../core/defined.ts";
import { Secret } from "../../core/text/secret.ts";
import type { Config } from "../config.ts";
import type { WrittenConfig } from "../schema/file.ts";

/** Where answers and traces are kept if not in the state folder; `answers` is the value of the flag. */
export type Databases = Pick<Config, "answersUrl" | "tracesUrl">;

export function databasesOf(state: WrittenConfig["state"], answers?: string): Databases {
  const secretOf = (url: string | undefined) => (url === undefined ? undefined : new Secret(url));
  return defined({ answersUrl: secretOf(answers ?? state.answers), tracesUrl: secretOf(state.traces) });
}
