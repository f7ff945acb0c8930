import { anthropicProtocol } from "./anthropic-protocol.ts";
import { bedrockProtocol } from "./bedrock-protocol.ts";
import { cohereProtocol } from "./cohere-protocol.ts";
import { geminiProtocol } from "./gemini-protocol.ts";
import type { Protocol } from "./protocol.ts";

/** Vertex AI in express mode: Gemini's protocol under another path (cloud.google.com/vertex-ai/generative-ai/docs/start/express-mode). */
const vertexProtocol: Protocol = {
  ...geminiProtocol,
  provider: "vertex",
  basePath: "/v1/publishers/google",
  keyVariable: "GOOGLE_VERTEX_API_KEY",
};

/** Any package of the AI SDK by its name; here one whose protocol is spoken above. */
const packageProtocol: Protocol = {
  ...anthropicProtocol,
  provider: "ai-sdk",
  keyVariable: "api_key",
  options: { package: "@ai-sdk/anthropic" },
};

/** The protocols of the native providers. */
export const nativeProtocols: readonly Protocol[] = [
  anthropicProtocol,
  geminiProtocol,
  bedrockProtocol,
  vertexProtocol,
  cohereProtocol,
  packageProtocol,
];
