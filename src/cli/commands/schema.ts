import { z } from "zod";
import { renderConfigJsonSchema } from "../../config/json-schema.ts";
import { NotFoundError } from "../../core/errors.ts";
import { nearNames } from "../../core/near-names.ts";
import type { CliContext } from "../context.ts";
import { exitDone } from "../exit-codes.ts";
import { outputSchemas } from "../output/index.ts";

/** `schema`: the config's JSON Schema for editors, or that of a command's output. */
export async function schemaCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const wanted = options["output"];
  if (typeof wanted !== "string") {
    context.stdout.write(renderConfigJsonSchema());
    return exitDone;
  }
  const names = Object.keys(outputSchemas);
  const schema = Object.hasOwn(outputSchemas, wanted) ? outputSchemas[wanted] : undefined;
  if (schema === undefined) {
    const near = nearNames(wanted, names);
    throw new NotFoundError("output", wanted, near, {
      hint: near.length > 0 ? undefined : `there are: ${names.join(", ")}`,
    });
  }
  context.stdout.write(`${JSON.stringify(z.toJSONSchema(schema, { target: "draft-7" }), null, 2)}\n`);
  return exitDone;
}
