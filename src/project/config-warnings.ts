import type { Config, ModelConfig } from "../config/config.ts";
import type { SourcePlace } from "../config/source-places.ts";
import { unacceptedParameters } from "../models/limits/known-models.ts";

/** A warning prefixed with its position: `config.yaml:4:7 prompts.x.version: …`. */
export function placedWarning(
  config: Pick<Config, "file" | "locate">,
  path: string,
  message: string,
  place: SourcePlace | undefined = config.locate(path),
): string {
  return placed(config.file, place, `${path}: ${message}`);
}

/** Warnings about the text of a config, whichever parts of it are used. */
export function configWarnings(config: Config): readonly string[] {
  return [
    ...config.warnings.map((warning) => placed(config.file, warning, warning.message)),
    ...Object.values(config.models).flatMap((model) => parameterWarnings(model, config)),
  ];
}

function parameterWarnings({ spec }: ModelConfig, config: Config): readonly string[] {
  const section = isWritten(config, `resources.models.${spec.key}`) ? "models" : "llms";
  return unacceptedParameters(spec.name, spec.parameters, spec.provider).map(({ parameter, advice }) =>
    placedWarning(config, `resources.${section}.${spec.key}.${parameter}`, advice),
  );
}

/** True if the exact path exists; `locate` falls back to its surroundings. */
export function isWritten({ locate }: Pick<Config, "locate">, path: string): boolean {
  const [place, around] = [locate(path), locate(path.slice(0, path.lastIndexOf(".")))];
  return place !== undefined && (place.line !== around?.line || place.column !== around.column);
}

function placed(
  file: string,
  place: { readonly line?: number; readonly column?: number } | undefined,
  message: string,
): string {
  const parts = [file, place?.line, place?.column].filter((part) => part !== undefined);
  return `${parts.join(":")}  ${message}`;
}
