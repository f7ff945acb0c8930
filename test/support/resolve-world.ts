import { builtinCatalog } from "../../src/builtins.ts";
import { readConfig } from "../../src/config/read-config.ts";
import type { PromptReader } from "../../src/contracts/registry.ts";
import type { Project } from "../../src/project/project.ts";
import { type ResolveOptions, resolveProject } from "../../src/project/resolve-project.ts";
import { createMemoryRegistry } from "../../src/registry/create-memory-registry.ts";
import type { WorldProject } from "./world-project.ts";

/** A test's project resolved as by `run`, with its own registry. */
export async function resolveWorld(
  project: WorldProject,
  options: Partial<ResolveOptions> & { readonly registry?: PromptReader } = {},
): Promise<Project> {
  const config = await readConfig("config.yaml", { cwd: project.directory, env: {} });
  return resolveProject(config, { catalog: builtinCatalog(), registry: createMemoryRegistry(), ...options });
}
