import { z } from "zod";
import type { Config } from "../../../config/config.ts";
import { type DeclaredNames, renderConfigJsonSchema } from "../../../config/schema/json-schema.ts";
import { NotFoundError, UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { outputSchemas } from "../../output/index.ts";
import { declaredThings } from "../../session/find-config.ts";

/** `schema`: the config's JSON Schema for editors, or that of a command's output. */
export async function schemaCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { output: wanted, config: file } = options;
  if (typeof wanted !== "string") {
    const names = typeof file === "string" ? namesOf(await declaredThings(file, context)) : {};
    context.stdout.write(renderConfigJsonSchema(names));
    return exitDone;
  }
  if (file !== undefined)
    throw new UsageError("--config cannot be combined with --output", {
      hint: "remove one of them",
    });
  const names = Object.keys(outputSchemas);
  const schema = Object.hasOwn(outputSchemas, wanted) ? outputSchemas[wanted] : undefined;
  if (schema === undefined) {
    const near = nearNames(wanted, names);
    throw new NotFoundError("output", wanted, near, {
      hint: near.length > 0 ? undefined : `available: ${names.join(", ")}`,
    });
  }
  context.stdout.write(`${JSON.stringify(z.toJSONSchema(schema, { target: "draft-7" }), null, 2)}\n`);
  return exitDone;
}

/** Maps schema definitions to the names declared in the config. */
function namesOf({ models, prompts, agents, datasets }: Config): DeclaredNames {
  const model = Object.keys(models);
  return {
    model,
    fallback_model: model,
    prompt: Object.keys(prompts),
    agent: Object.keys(agents),
    dataset: Object.keys(datasets),
  };
}
