import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const production = {
  id: "env_PRODAAAAAAAAAAAAAAAAA",
  name: "production",
  tag: "default",
  created_at: "2024-01-01T00:00:00",
};
const staging = {
  id: "env_STAGAAAAAAAAAAAAAAAAA",
  name: "staging",
  tag: "other",
  created_at: "2024-02-01T00:00:00",
};
const author = { id: "usr_A", email_address: "ada@example.com", full_name: "Ada" };

/** A version as `GET /prompts/{id}/versions` answered it: every default filled in, absent things null. */
function version(id: string, path: string, versionId: string, changes: object): object {
  return {
    path,
    id,
    directory_id: "dir_A",
    name: path.split("/").at(-1),
    version_id: versionId,
    type: "prompt",
    environments: [],
    created_at: "2024-05-01T12:13:51.110342",
    updated_at: "2024-05-02T00:00:00.000000",
    created_by: author,
    status: "committed",
    last_used_at: "2024-05-03T00:00:00",
    commit_message: null,
    model: "gpt-4o",
    endpoint: "chat",
    template: [{ role: "system", content: "Answer about {{topic}}" }],
    template_language: "default",
    provider: "openai",
    max_tokens: -1,
    temperature: 1,
    top_p: 1,
    stop: null,
    presence_penalty: 0,
    frequency_penalty: 0,
    other: {},
    seed: null,
    response_format: null,
    reasoning_effort: null,
    tools: [],
    linked_tools: [],
    attributes: {},
    version_name: null,
    version_description: null,
    description: null,
    tags: [],
    readme: null,
    version_logs_count: 3,
    total_logs_count: 7,
    inputs: [{ name: "topic" }],
    evaluators: [],
    evaluator_aggregates: null,
    ...changes,
  };
}

/** The folder that Humanloop's official export tool writes: `exports/<time>/files/<file id>/…`. */
export function writeHumanloopExport(root: string): string {
  const folder = join(root, "exports", "20250901-101500");
  const file = (
    id: string,
    path: string,
    versions: readonly object[],
    deployments: readonly object[],
    more: object = {},
  ) => {
    const place = join(folder, "files", id);
    mkdirSync(join(place, "versions"), { recursive: true });
    mkdirSync(join(place, "logs"));
    writeFileSync(join(place, "logs", "0.jsonl"), '{"id":"log_A"}\n');
    const newest = versions.at(-1) as object;
    writeFileSync(join(place, "file.json"), JSON.stringify({ ...newest, ...more, path, id }));
    writeFileSync(join(place, "deployments.json"), JSON.stringify(deployments));
    for (const one of versions) {
      const { version_id } = one as { version_id: string };
      writeFileSync(join(place, "versions", version_id), JSON.stringify(one));
    }
  };
  const deployed = ({ id, name, tag }: typeof production, version_id: string) => ({
    version_id,
    environment_id: id,
    environment_name: name,
    environment_tag: tag,
  });
  const triage = "Customer support/Triage";
  file(
    "pr_TRIAGEAAAAAAAAAAAAAAA",
    triage,
    [
      version("pr_TRIAGEAAAAAAAAAAAAAAA", triage, "prv_SECONDAAAAAAAAAAAAAAA", {
        created_at: "2024-06-01T00:00:00",
        temperature: 0.2,
        version_name: "v2.0 (final)",
        version_description: "colder",
        environments: [staging],
        tools: [{ name: "look_up", description: "finds", strict: false, parameters: { type: "object" } }],
        linked_tools: [{ id: "tl_A", version_id: "tv_A" }],
        template: [
          { role: "system", content: "Answer about {{topic}}" },
          { role: "user", content: [{ type: "image_url", image_url: { url: "{{picture}}", detail: null } }] },
        ],
      }),
      version("pr_TRIAGEAAAAAAAAAAAAAAA", triage, "prv_FIRSTAAAAAAAAAAAAAAAA", {
        environments: [production],
      }),
      version("pr_TRIAGEAAAAAAAAAAAAAAA", triage, "prv_GONEAAAAAAAAAAAAAAAAA", {
        status: "deleted",
        seed: 1,
      }),
    ],
    [deployed(staging, "prv_SECONDAAAAAAAAAAAAAAA"), deployed(production, "prv_FIRSTAAAAAAAAAAAAAAAA")],
    { description: "sorts mail", tags: ["mail"], readme: "# Triage" },
  );
  const odd = "R&D: drafts/2";
  file(
    "pr_ODDAAAAAAAAAAAAAAAAAA",
    odd,
    [
      version("pr_ODDAAAAAAAAAAAAAAAAAA", odd, "prv_ODDAAAAAAAAAAAAAAAAAA", {
        endpoint: "complete",
        template: "Finish {{x}}",
        version_name: "12",
      }),
    ],
    [],
  );
  const tool = join(folder, "files", "tl_A");
  mkdirSync(tool);
  writeFileSync(join(tool, "file.json"), JSON.stringify({ id: "tl_A", path: "tools/look up", type: "tool" }));
  return folder;
}
