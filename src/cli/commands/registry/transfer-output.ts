import { z } from "zod";

/** `registry push --json` */
export const registryPushOutputSchema = z.object({
  path: z.string(),
  version: z.int(),
  version_id: z.string(),
  url: z.string().describe("address of MLflow"),
  name: z.string().describe("of the prompt in MLflow"),
  mlflow_version: z.int().describe("the number in MLflow, which need not be the registry's"),
  mlflow_uri: z.string(),
  alias: z.string().nullable(),
  is_new: z.boolean().describe("false if it had been pushed before"),
});

/** `registry pull --json` */
export const registryPullOutputSchema = z.object({
  path: z.string(),
  version: z.int(),
  version_id: z.string(),
  digest: z.string(),
  uri: z.string().describe("in the registry"),
  is_new: z.boolean(),
  environments: z.array(z.string()),
  url: z.string().describe("address of MLflow"),
  mlflow_uri: z.string(),
});
