import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { listOutput } from "../../output/registry-output.ts";
import { formatScore } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { openRegistryCommand } from "./open.ts";

export async function listCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, path, look, print } = await openRegistryCommand(options, context);
  const wanted = (key: string) => (typeof options[key] === "string" ? { [key]: options[key] } : {});
  const output = listOutput(
    await registry.list({ ...wanted("folder"), ...wanted("environment"), ...wanted("tag") }),
  );
  print(output, () => {
    if (output.length === 0) return `no prompts in ${path}\n`;
    const columns = ["Prompt", "Latest", "Environments", "Updated (UTC)", "Score"].map((title) => ({
      title,
    }));
    const rows = output.map((one) => [
      one.path,
      String(one.latest),
      Object.entries(one.environments)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
      one.updated_at.replace("T", " ").slice(0, 16),
      formatScore(one.score),
    ]);
    return renderTable(columns, rows, look);
  });
  return exitDone;
}
