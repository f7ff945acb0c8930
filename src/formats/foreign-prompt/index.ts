import { dotprompt } from "./dotprompt.ts";
import { humanloopAgent } from "./humanloop-agent.ts";
import { langchainPrompt } from "./langchain-prompt.ts";
import { langfusePrompt } from "./langfuse-prompt.ts";
import { openaiPrompt } from "./openai-prompt.ts";
import type { PromptFormat } from "./prompt-format.ts";
import { prompty } from "./prompty.ts";
import { roleTexts } from "./role-texts.ts";

/** Prompt formats of other tools. The first that recognizes a file reads it. */
export const promptFormats: readonly PromptFormat[] = [
  langchainPrompt,
  langfusePrompt,
  openaiPrompt,
  prompty,
  humanloopAgent,
  dotprompt,
  roleTexts,
];
