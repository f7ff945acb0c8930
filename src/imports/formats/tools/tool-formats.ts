import type { ImportFormat } from "../../import-format.ts";
import { langfuse } from "./langfuse.ts";
import { langfuseDataset } from "./langfuse-dataset.ts";
import { langsmith } from "./langsmith.ts";
import { langsmithDataset } from "./langsmith-dataset.ts";

/** Downloads of tracing tools. */
export const toolFormats: readonly ImportFormat[] = [langfuse, langfuseDataset, langsmith, langsmithDataset];
