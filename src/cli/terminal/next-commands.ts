import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { type FolderFlags, shellWord } from "./folder-flags.ts";

/** The commands a person would type next for one optimization, with what each does. */
export function nextCommands(
  record: OptimizationRecord,
  run: string,
  { registryFlag, stateFlag }: FolderFlags,
): readonly string[] {
  const report = `dao-opt report ${run}${stateFlag}`;
  const lines = record.prompts.flatMap(({ path, base, optimized }) => {
    if (optimized === null || optimized.version === base.version) return [];
    const reference = (version: number) => shellWord(`${path}/${version}`);
    const deployed = record.deployedTo;
    return [
      ...(base.version === null
        ? []
        : [
            `dao-opt registry diff ${reference(base.version)} ${reference(optimized.version)}${registryFlag}`,
          ]),
      deployed === null
        ? `dao-opt registry deploy ${reference(optimized.version)} --environment production${registryFlag}   # not what \`call\` uses until deployed`
        : `# ${path}/${optimized.version} is deployed to ${deployed}`,
    ];
  });
  return record.status === "skipped" ? [] : [...lines, report];
}
