import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { renderConfigJsonSchema } from "../../../config/schema/json-schema.ts";
import { UsageError } from "../../../core/errors.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { asTyped, type CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { packageFile } from "../../package-files.ts";
import { writeBelow } from "../../session/write-file.ts";

/** Output of `init --json`. */
export const initOutputSchema = z.object({
  directory: z.string(),
  files: z.array(z.string()),
  next: z.string(),
});

// npm excludes .gitignore files from packages.
const starterFiles: readonly (readonly [from: string, to: string])[] = [
  ["config.yaml", "config.yaml"],
  ["data/reviews.jsonl", "data/reviews.jsonl"],
  ["gitignore", ".gitignore"],
];

/** `init`: creates a runnable project. Overwrites files only with --force. */
export async function initCommand(
  [directory = "."]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const config = configNameOf(options);
  const target = resolve(context.cwd, directory);
  const files = new Map<string, string>([["schema.json", renderConfigJsonSchema()]]);
  for (const [from, to] of starterFiles)
    files.set(
      to === "config.yaml" ? config : to,
      (await readFile(packageFile(`config/starter/${from}`), "utf8")).replaceAll(
        /(dao-opt (?:validate|run)) config\.yaml/g,
        (_, command: string) => `${command} ${config}`,
      ),
    );
  const taken = (
    await Promise.all(
      [...files.keys()].map(async (name) => ((await exists(join(target, name))) ? [name] : [])),
    )
  ).flat();
  if (taken.length > 0 && options["force"] !== true) {
    throw new UsageError(`${target} already has ${taken.join(", ")}`, {
      hint: "choose another folder or overwrite with --force",
    });
  }
  for (const [name, text] of files) {
    const path = join(target, name);
    await writeBelow(path, text);
  }
  const folder = shellWord(directory.startsWith("-") ? `./${directory}` : directory);
  const run = `dao-opt run ${shellWord(config)}`;
  const bare = directory === "." ? run : `cd ${folder} && ${run}`;
  const next = bare.replace("dao-opt run", asTyped("dao-opt run", context));
  const output: z.infer<typeof initOutputSchema> = { directory: target, files: [...files.keys()], next };
  context.stdout.write(
    options["json"] === true
      ? `${JSON.stringify(output, null, 2)}\n`
      : `${output.files.map((name) => `wrote ${join(directory, name)}`).join("\n")}\n\nnext: ${next}\n`,
  );
  return exitDone;
}

/** Only a plain file name: the starter config refers to `./data` and `./schema.json` next to it. */
function configNameOf({ config }: Readonly<Record<string, unknown>>): string {
  if (typeof config !== "string") return "config.yaml";
  if (/^[\w-][\w.-]*\.ya?ml$/.test(config)) return config;
  throw new UsageError(`--config must be a file name that ends in .yaml, got "${config}"`, {
    hint: "pass the folder as the argument: `dao-opt init my-prompts --config dao-opt.yaml`",
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
