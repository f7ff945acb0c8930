import type { ImportFormat } from "../../import-format.ts";
import { promptfoo } from "../promptfoo/promptfoo.ts";
import { openaiEvals } from "./openai-evals.ts";

/** Test sets and results of evaluation tools. */
export const evalFormats: readonly ImportFormat[] = [openaiEvals, promptfoo];
