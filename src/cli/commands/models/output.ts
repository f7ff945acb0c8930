import { z } from "zod";
import { noticeOutputSchema } from "../../output/error-output.ts";

const price = z.number().nullable().describe("USD per million tokens; null: unknown");

/** Output of `models --json`. */
export const modelsOutputSchema = z.object({
  as_of: z.string().describe("day on which the list was last checked"),
  models: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      context: z.int().nullable().describe("input tokens that the model takes; null: unknown"),
      price: z.object({ input: price, output: price, cached_input: price, cache_write: price }),
      refuses: z.array(z.string()).describe("parameters of the config that the model does not accept"),
      shutdown: z.string().nullable().describe("day on which the provider stops serving the model"),
      successor: z.string().nullable().describe("model that the provider recommends in its place"),
      source: z.string().nullable().describe("page of the price"),
    }),
  ),
  warnings: z.array(noticeOutputSchema).describe("models of the config that are shut down"),
});

/** Output of `models --providers --json`. */
export const modelsProvidersOutputSchema = z.object({
  providers: z.array(
    z.object({
      provider: z.string(),
      summary: z.string(),
      base_url: z.string().nullable(),
      key_variables: z.array(z.string()),
      address_variable: z.string(),
      package: z.string().nullable().describe("optional package that the provider needs"),
      refuses: z.array(z.string()).describe("members of a request that the provider rejects for every model"),
      is_priced: z.boolean().describe("whether the list holds prices of its models"),
    }),
  ),
});

export type ModelsOutput = z.infer<typeof modelsOutputSchema>;
export type ModelsProvidersOutput = z.infer<typeof modelsProvidersOutputSchema>;
