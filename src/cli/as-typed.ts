import type { CliContext } from "./context.ts";

/** `dao-opt` at the beginning of a command that a person is to type. */
const command = /(^|[\s`(])dao-opt (?=[a-z])/gm;

/** The text with its commands as they work where it was started: by `npx`, no `dao-opt` is on the path. */
export function asTyped(text: string, { env }: Pick<CliContext, "env">): string {
  const isNpx = env["npm_command"] === "exec" || env["npm_lifecycle_event"] === "npx";
  return isNpx ? text.replace(command, "$1npx dao-opt ") : text;
}
