import type { ImportFormat } from "../../import-format.ts";
import { braintrust } from "./braintrust.ts";
import { databricksInference } from "./databricks-inference.ts";
import { langfuse } from "./langfuse.ts";
import { langfuseDataset } from "./langfuse-dataset.ts";
import { langsmith } from "./langsmith.ts";
import { langsmithDataset } from "./langsmith-dataset.ts";
import { phoenix } from "./phoenix.ts";
import { phoenixDataset } from "./phoenix-dataset.ts";
import { weave } from "./weave.ts";

/** Downloads of tracing tools. */
export const toolFormats: readonly ImportFormat[] = [
  langfuse,
  langfuseDataset,
  langsmith,
  langsmithDataset,
  braintrust,
  phoenix,
  phoenixDataset,
  weave,
  databricksInference,
];
