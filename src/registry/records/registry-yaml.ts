import { z } from "zod";
import { RegistryError } from "../../core/errors.ts";
import { environmentId } from "../ids.ts";
import type { EnvironmentRecord, RegistrySettings } from "../registry-storage.ts";
import { parseYamlRecord, renderRecord, repairHint } from "./record-text.ts";

const format = 1;
const environment = z.union([
  z.string().min(1),
  z.object({ name: z.string().min(1), id: z.string().nullish(), created_at: z.string().nullish() }),
]);
/** Environments in `registry.yaml`, as in a registry export. */
export const environmentsSchema = z.array(environment).min(1);
const schema = z.object({ format: z.number(), environments: environmentsSchema });

/** Environments of an unwritten registry. */
export function defaultSettings(createdAt?: string): RegistrySettings {
  return { environments: [newEnvironment("production", createdAt)] };
}

export function newEnvironment(name: string, createdAt: string | undefined): EnvironmentRecord {
  return Object.freeze({ id: environmentId(name), name, ...(createdAt === undefined ? {} : { createdAt }) });
}

/** The registry has a newer format: this version must not interpret or repair it. */
export class LaterFormatError extends RegistryError {
  constructor(file: string, made: number) {
    super(`${file} has format ${made} from a newer dao-opt; this version reads format ${format}`, {
      hint: "update dao-opt",
    });
  }
}

/**
 * Parses `registry.yaml`. Throws RegistryError if unreadable, LaterFormatError for a newer format whatever
 * else it contains.
 */
export function parseRegistryYaml(text: string, file: string): RegistrySettings {
  const made = Number(/^format: *(\d+)\s*$/m.exec(text)?.[1] ?? format);
  if (made > format) throw new LaterFormatError(file, made);
  const read = parseYamlRecord(text, schema, file);
  if (read.format > format) throw new LaterFormatError(file, read.format);
  if (read.format !== format) {
    throw new RegistryError(`${file} is of format ${read.format}; this version reads format ${format}`, {
      hint: repairHint,
    });
  }
  const environments = environmentsFromKeys(read.environments);
  const names = environments.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new RegistryError(`${file} lists the environment "${twice}" twice`);
  return Object.freeze({ environments });
}

export function environmentsFromKeys(
  read: z.output<typeof environmentsSchema>,
): readonly EnvironmentRecord[] {
  return read.map((entry): EnvironmentRecord => {
    const { name, id, created_at } =
      typeof entry === "string" ? { name: entry, id: null, created_at: null } : entry;
    return { ...newEnvironment(name, created_at ?? undefined), ...(typeof id === "string" ? { id } : {}) };
  });
}

export function renderRegistryYaml({ environments }: RegistrySettings): string {
  return renderRecord({ format, environments: environments.map(environmentKeys) });
}

export function environmentKeys({ name, id, createdAt }: EnvironmentRecord): Record<string, string> {
  return { name, id, ...(createdAt === undefined ? {} : { created_at: createdAt }) };
}
