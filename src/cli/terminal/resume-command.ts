import { shellWord } from "../../core/text/shell-word.ts";
import type { Settings } from "../settings.ts";

/** The command that goes on with a run: with every flag that is part of its plan or says where it lies. */
export function resumeCommand(config: string, run: string, settings: Settings): string {
  const { only, seed, set, envFile, registry, state } = settings;
  const flag = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`--${name}`, shellWord(value)];
  return [
    "dao-opt run",
    shellWord(config),
    "--resume",
    run,
    ...(only === undefined ? [] : ["--only", ...only.map(shellWord)]),
    ...flag("seed", seed?.toString()),
    ...(set ?? []).flatMap((one) => flag("set", one)),
    ...flag("env-file", envFile),
    ...flag("registry", registry),
    ...flag("state", state),
  ].join(" ");
}
