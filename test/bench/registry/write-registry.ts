import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { detailsDigest } from "../../../src/formats/prompt-file/normal-form.ts";
import { renderPromptFile } from "../../../src/formats/prompt-file/render-prompt-file.ts";
import { newPromptId, versionId } from "../../../src/registry/ids.ts";
import { renderDeploymentLine } from "../../../src/registry/records/deployment-lines.ts";
import { renderPromptYaml } from "../../../src/registry/records/prompt-yaml.ts";
import { defaultSettings, renderRegistryYaml } from "../../../src/registry/records/registry-yaml.ts";
import { renderVersionYaml } from "../../../src/registry/records/version-yaml.ts";

interface WrittenRegistry {
  readonly prompts: number;
  readonly versions: number;
}

/** The path of a generated prompt, by its number from 0. */
export function writtenPath(at: number): string {
  return `team-${at % 20}/area-${at % 7}/prompt-${String(at).padStart(5, "0")}`;
}

/** As the registry itself would have written it, without waiting for the disk at every file. */
export function writeRegistry(directory: string, { prompts, versions }: WrittenRegistry): void {
  const startedAt = performance.now();
  const createdAt = "2026-11-20T10:00:00.000Z";
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "registry.yaml"), renderRegistryYaml(defaultSettings(createdAt)));
  for (let at = 0; at < prompts; at++) {
    const place = join(directory, writtenPath(at));
    mkdirSync(place, { recursive: true });
    const id = newPromptId();
    for (let version = 1; version <= versions; version++) {
      const template = `Classify the text of case ${at}, try ${version}.\n${"Say why. ".repeat(60)}\n{{text}}`;
      const details = { template, templateLanguage: "default", model: { model: "gpt-4o-mini" } } as const;
      const digest = detailsDigest(details);
      const record = {
        version,
        versionId: versionId(id, digest),
        digest,
        createdAt,
        createdBy: "ada",
        origin: {},
      };
      writeFileSync(join(place, `v${version}.prompt`), renderPromptFile(details));
      writeFileSync(join(place, `v${version}.yaml`), renderVersionYaml(record));
      if (version === 1) {
        const deployment = {
          at: createdAt,
          environment: "production",
          from: null,
          to: 1,
          versionId: record.versionId,
          note: "first version",
        };
        writeFileSync(join(place, "deployments.jsonl"), renderDeploymentLine(deployment));
      }
    }
    writeFileSync(
      join(place, "prompt.yaml"),
      renderPromptYaml({ id, tags: { team: `t${at % 20}` }, createdAt }),
    );
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`${prompts} prompts of ${versions} versions written in ${seconds} s`);
}
