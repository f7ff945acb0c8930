import type { ImportFormat } from "../import-format.ts";
import { humanloop } from "./humanloop.ts";
import { langfuse } from "./langfuse.ts";
import { langfuseDataset } from "./langfuse-dataset.ts";
import { langsmith } from "./langsmith.ts";
import { langsmithDataset } from "./langsmith-dataset.ts";
import { libretto } from "./libretto.ts";
import { mlflowDataset } from "./mlflow-dataset.ts";
import { mlflowTraces } from "./mlflow-traces.ts";
import { openaiBatch } from "./openai-batch.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiEvals } from "./openai-evals.ts";
import { otlp } from "./otlp.ts";
import { promptfoo } from "./promptfoo.ts";
import { rows } from "./rows.ts";
import { traces } from "./traces.ts";

/** All formats of `collect import`. */
export const importFormats: readonly ImportFormat[] = [
  rows,
  traces,
  openaiChat,
  openaiBatch,
  openaiEvals,
  otlp,
  mlflowTraces,
  mlflowDataset,
  langfuse,
  langfuseDataset,
  langsmith,
  langsmithDataset,
  promptfoo,
  humanloop,
  libretto,
];
