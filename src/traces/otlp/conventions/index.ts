import type { Convention } from "../otlp-span.ts";
import { genAi } from "./gen-ai.ts";
import { googleAdk } from "./google-adk.ts";
import { langsmith } from "./langsmith.ts";
import { logfire } from "./logfire.ts";
import { mlflow } from "./mlflow.ts";
import { openInference } from "./open-inference.ts";
import { pydanticAi } from "./pydantic-ai.ts";
import { traceloop } from "./traceloop.ts";
import { vercelAi } from "./vercel-ai.ts";

/** Conventions in order of precedence: the first that has a field sets it. */
export const conventions: readonly Convention[] = [
  genAi,
  vercelAi,
  openInference,
  traceloop,
  langsmith,
  pydanticAi,
  logfire,
  googleAdk,
  mlflow,
];
