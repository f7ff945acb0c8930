import type { OptimizationConfig } from "../../../config/config.ts";
import { NotFoundError, UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import type { OpenedConfig } from "../../session/open-config.ts";
import type { Settings } from "../../settings.ts";

/** The optimizations that `--only` selects; all without it. */
export function wanted({ config }: OpenedConfig, { only }: Settings): readonly OptimizationConfig[] {
  const all = Object.values(config.optimizations);
  return only === undefined ? all : all.filter(({ key, name }) => only.includes(key) || only.includes(name));
}

/** Applies `--source` to optimizations. Throws UsageError if an optimization has no source model. */
export function withSource(opened: OpenedConfig, given: unknown, settings: Settings): OpenedConfig {
  const { config } = opened;
  const keys = Object.keys(config.models);
  const source =
    typeof given === "string"
      ? Object.values(config.models).find(({ spec }) => spec.key === given || spec.name === given)?.spec.key
      : undefined;
  if (typeof given === "string" && source === undefined) {
    const near = nearNames(given, keys, 2);
    throw new NotFoundError("model", given, near, {
      hint: near.length > 0 ? undefined : `available: ${keys.join(", ")}`,
    });
  }
  const open = wanted(opened, settings).filter(({ sourceModel }) => (source ?? sourceModel) === undefined);
  if (open.length > 0)
    throw new UsageError(`${open.map(({ name }) => name).join(", ")}: the source model is unknown`, {
      hint: `add source_model to the config or pass --source with one of: ${keys.join(", ")}`,
    });
  if (source === undefined) return opened;
  const optimizations = Object.fromEntries(
    Object.entries(config.optimizations).map(([key, one]) => [key, { ...one, sourceModel: source }]),
  );
  return { ...opened, config: { ...config, optimizations } };
}
