import type { OptimizationRecord } from "../../contracts/run-record.ts";

/** The commands a person would type next for one optimization, with what each does. */
export function nextCommands(
  record: OptimizationRecord,
  run: string,
  context: { readonly registryFlag: string },
): readonly string[] {
  const report = `dao-opt report ${run}`;
  const lines = record.prompts.flatMap(({ path, base, optimized }) => {
    if (optimized === null || optimized.version === base.version) return [];
    const flag = context.registryFlag;
    const deployed = record.deployedTo;
    return [
      ...(base.version === null
        ? []
        : [`dao-opt registry diff ${path}/${base.version} ${path}/${optimized.version}${flag}`]),
      deployed === null
        ? `dao-opt registry deploy ${path}/${optimized.version} --environment production${flag}   # not what \`call\` uses until deployed`
        : `# ${path}/${optimized.version} is deployed to ${deployed}`,
    ];
  });
  return record.status === "skipped" ? [] : [...lines, report];
}
