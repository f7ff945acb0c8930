import type { ImportFormat } from "../../import-format.ts";
import { promptfoo } from "../promptfoo/promptfoo.ts";
import { databricksEvaluation } from "./databricks-evaluation.ts";
import { deepeval } from "./deepeval.ts";
import { inspect } from "./inspect.ts";
import { openaiEvalLog } from "./openai-eval-log.ts";
import { openaiEvalSamples } from "./openai-eval-samples.ts";
import { openaiEvals } from "./openai-evals.ts";
import { ragas } from "./ragas.ts";

/** Test sets and results of evaluation tools. */
export const evalFormats: readonly ImportFormat[] = [
  openaiEvals,
  openaiEvalSamples,
  openaiEvalLog,
  promptfoo,
  inspect,
  ragas,
  deepeval,
  databricksEvaluation,
];
