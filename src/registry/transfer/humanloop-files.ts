import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError, type ConfigIssue, UsageError } from "../../core/errors.ts";
import { detailsShape } from "../../formats/prompt-file/prompt-details.ts";
import { jsonProblem } from "../../formats/yaml/parse-yaml.ts";
import { readText } from "../disk/read-text.ts";

const environment = z.looseObject({
  id: z.string(),
  name: z.string(),
  tag: z.string().nullish(),
  created_at: z.string().nullish(),
});
const author = z.looseObject({ email_address: z.string().nullish(), full_name: z.string().nullish() });

/** A version from `listVersions`; unknown keys are accepted but not imported. */
const versionSchema = z.looseObject({
  ...detailsShape,
  path: z.string(),
  id: z.string(),
  version_id: z.string(),
  linked_tools: z.array(z.json()).nullish(),
  version_name: z.string().nullish(),
  version_description: z.string().nullish(),
  commit_message: z.string().nullish(),
  status: z.string().nullish(),
  description: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  readme: z.string().nullish(),
  created_at: z.string(),
  updated_at: z.string().nullish(),
  created_by: author.nullish(),
  environments: z.array(environment).nullish(),
});
const fileSchema = versionSchema
  .pick({
    path: true,
    id: true,
    description: true,
    tags: true,
    readme: true,
    created_at: true,
    updated_at: true,
  })
  .partial({ path: true, created_at: true })
  .extend({ type: z.string().nullish() });
const deploymentsSchema = z.array(
  z.looseObject({
    version_id: z.string(),
    environment_id: z.string(),
    environment_name: z.string(),
    environment_tag: z.string().nullish(),
  }),
);

export type HumanloopVersion = z.output<typeof versionSchema>;
type HumanloopDeployment = z.output<typeof deploymentsSchema>[number];

/** One prompt of the export with versions and deployments. */
export interface HumanloopPrompt {
  readonly folder: string;
  readonly file: z.output<typeof fileSchema>;
  readonly versions: readonly HumanloopVersion[];
  readonly deployments: readonly HumanloopDeployment[];
}

/** The prompts of an export, and counts of other files (`tool`, `evaluator` …). */
export interface HumanloopFiles {
  readonly prompts: readonly HumanloopPrompt[];
  readonly others: ReadonlyMap<string, number>;
}

/**
 * Reads a folder of Humanloop's export tool: `files/<file id>/{file.json, deployments.json, versions/…}`.
 * Accepts the folder of an export, its `files` folder, or the parent of a single export. Throws ConfigError
 * listing every unreadable file.
 */
export function readHumanloopFiles(folder: string): HumanloopFiles {
  const files = filesFolder(folder);
  const issues: ConfigIssue[] = [];
  const prompts: HumanloopPrompt[] = [];
  const others = new Map<string, number>();
  for (const name of namesIn(files)) {
    const place = join(files, name);
    if (!existsSync(join(place, "file.json"))) continue;
    const file = read(join(place, "file.json"), folder, fileSchema, issues);
    if (file === undefined) continue;
    const type = file.type ?? (file.id.startsWith("pr_") ? "prompt" : "file");
    if (type !== "prompt") {
      others.set(type, (others.get(type) ?? 0) + 1);
      continue;
    }
    const versions = existsSync(join(place, "versions")) ? namesIn(join(place, "versions")) : [];
    prompts.push({
      folder: place,
      file,
      versions: versions
        .map((version) => read(join(place, "versions", version), folder, versionSchema, issues))
        .filter((version) => version !== undefined),
      deployments: existsSync(join(place, "deployments.json"))
        ? (read(join(place, "deployments.json"), folder, deploymentsSchema, issues) ?? [])
        : [],
    });
  }
  if (issues.length > 0) throw new ConfigError(issues, { subject: "the export" });
  return { prompts, others };
}

function filesFolder(folder: string): string {
  const [found, ...more] = exportsIn(folder);
  if (found === undefined) {
    throw new UsageError(`${folder} is not a Humanloop export`, {
      hint: "pass the folder that contains the folder `files`",
    });
  }
  if (more.length === 0) return found;
  throw new UsageError(`${folder} holds ${more.length + 1} exports`, {
    hint: `choose one, for example ${found.replace(/[\\/]files$/, "")}`,
  });
}

function exportsIn(folder: string): readonly string[] {
  const isFiles = (place: string) =>
    existsSync(place) && namesIn(place).some((name) => existsSync(join(place, name, "file.json")));
  if (isFiles(join(folder, "files"))) return [join(folder, "files")];
  if (isFiles(folder)) return [folder];
  return namesIn(folder)
    .map((name) => join(folder, name, "files"))
    .filter(isFiles);
}

function namesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .sort();
}

function read<Schema extends z.ZodType>(
  file: string,
  root: string,
  schema: Schema,
  issues: ConfigIssue[],
): z.output<Schema> | undefined {
  try {
    const value: unknown = JSON.parse(readText(file, root) ?? "");
    const unusable = jsonProblem(value);
    if (unusable !== undefined) issues.push({ file, path: "", message: unusable });
    const checked = schema.safeParse(value);
    for (const issue of checked.error?.issues ?? []) {
      issues.push({ file, path: issue.path.map(String).join("."), message: issue.message });
    }
    return checked.data;
  } catch (error) {
    issues.push({ file, path: "", message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}
