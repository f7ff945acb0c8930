import type { Deployment, PromptSummary, PromptVersion } from "../../../contracts/registry.ts";
import { NotFoundError } from "../../../core/errors.ts";
import type { Template } from "../../../core/prompt/prompt.ts";
import { deployedVersions, versionBefore } from "../../../registry/lookup/held-versions.ts";
import type { ServerServices } from "../../server-services.ts";
import type { PageRequest } from "../shell/page-area.ts";

/** Everything the parts of a prompt's page show. */
export interface PromptView {
  readonly path: string;
  readonly prompt: PromptSummary;
  /** Oldest first, without deleted ones. */
  readonly versions: readonly PromptVersion[];
  readonly deployments: readonly Deployment[];
  /** All environments of the registry, the default one first. */
  readonly environments: readonly string[];
  readonly shown: PromptVersion;
  /** The version that the shown one is compared with; undefined for the first one. */
  readonly against: PromptVersion | undefined;
  readonly request: PageRequest;
}

/** Reads the address. Rejects with NotFoundError. */
export async function readPromptView(
  { registry }: Pick<ServerServices, "registry">,
  path: string,
  request: PageRequest,
): Promise<PromptView> {
  const [prompt, versions, deployments, environments] = await Promise.all([
    registry.prompt(path),
    registry.history(path),
    registry.deployments(path),
    registry.environments(),
  ]);
  const asked = (name: string) => numberOf(request.query.get(name));
  const [version, against] = [asked("version"), asked("against")];
  const shown = version === undefined ? versions.at(-1) : find(versions, path, version);
  if (shown === undefined) throw new NotFoundError("prompt", path);
  return {
    path,
    prompt,
    versions,
    deployments,
    environments,
    shown,
    against: against === undefined ? parentOf(shown, versions) : find(versions, path, against),
    request,
  };
}

/** The version that this one was made from, else the one before it. */
export function parentOf(
  { version, origin }: PromptVersion,
  versions: readonly PromptVersion[],
): PromptVersion | undefined {
  return (
    versions.find((one) => one.version === origin.parent) ??
    versions.filter((one) => one.version < version).at(-1)
  );
}

/** The version deployed to an environment now, and the one that a rollback would deploy. */
export function heldBy(
  { deployments, versions }: Pick<PromptView, "deployments" | "versions">,
  environment: string,
): { readonly now: number | undefined; readonly before: number | undefined } {
  const isThere = (number: number) => versions.some(({ version }) => version === number);
  return {
    now: deployedVersions(deployments).get(environment),
    before: versionBefore(deployments, environment, isThere),
  };
}

function numberOf(text: string | null): number | undefined {
  const value = Number(text);
  return text === null || text === "" || !Number.isSafeInteger(value) ? undefined : value;
}

function find(versions: readonly PromptVersion[], path: string, version: number): PromptVersion {
  const found = versions.find((one) => one.version === version);
  if (found === undefined) throw new NotFoundError("version", `${path}/${version}`);
  return found;
}

/** A template as one text, each message under its role. */
export function templateText(template: Template): string {
  if (typeof template === "string") return template;
  return template.map(({ role, content }) => `[${role}]\n${content}`).join("\n\n");
}

/** The last folder of a path. */
export function promptName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
