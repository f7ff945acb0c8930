import { defined } from "../../core/defined.ts";
import type { Config } from "../config.ts";
import type { WrittenConfig } from "../schema/file.ts";

/** Where the prompts and runs of a config are in MLflow. */
export type MlflowPlaces = Pick<Config, "registryMlflow" | "tracking">;

export function mlflowPlaces({
  registry,
  tracking,
}: Pick<WrittenConfig, "registry" | "tracking">): MlflowPlaces {
  return defined({
    registryMlflow: registry.mlflow === false ? undefined : registry.mlflow,
    tracking,
  });
}
