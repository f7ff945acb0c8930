import type { KnownProvider } from "./provider.ts";

/** A provider that is reached through a package of the Vercel AI SDK, which the user installs. */
export interface NativeProvider extends KnownProvider {
  /** Absent for `ai-sdk`: the config names it. */
  readonly package?: string;
  /** The major of the package that runs on Node 20. */
  readonly major?: number;
  /** The package's function that creates a provider. */
  readonly factory?: string;
  /** Name under which the package takes options of a request. */
  readonly optionsKey?: string;
  /** Settings of the package that come from the environment: setting → variables, the first that is set wins. */
  readonly settings?: Readonly<Record<string, readonly string[]>>;
  /** Without a key, the package finds credentials of the machine. */
  readonly findsCredentials?: true;
  /** Settings like the above that are secrets. */
  readonly secretSettings?: Readonly<Record<string, readonly string[]>>;
}

/** Providers with an API of their own. */
export const nativeProviders = {
  anthropic: {
    summary: "Anthropic's own API (peer @ai-sdk/anthropic)",
    baseUrl: "https://api.anthropic.com/v1",
    keyVariables: ["ANTHROPIC_API_KEY"],
    addressVariable: "ANTHROPIC_BASE_URL",
    prices: "anthropic",
    package: "@ai-sdk/anthropic",
    major: 3,
    factory: "createAnthropic",
    optionsKey: "anthropic",
  },
  google: {
    summary: "Gemini's own API (peer @ai-sdk/google)",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    keyVariables: ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"],
    addressVariable: "GOOGLE_GENERATIVE_AI_BASE_URL",
    prices: "google",
    package: "@ai-sdk/google",
    major: 3,
    factory: "createGoogleGenerativeAI",
    optionsKey: "google",
  },
  bedrock: {
    summary: "Amazon Bedrock's Converse API (peer @ai-sdk/amazon-bedrock)",
    keyVariables: ["AWS_BEARER_TOKEN_BEDROCK"],
    addressVariable: "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    prices: "bedrock",
    package: "@ai-sdk/amazon-bedrock",
    major: 4,
    factory: "createAmazonBedrock",
    optionsKey: "bedrock",
    settings: { region: ["AWS_REGION", "AWS_DEFAULT_REGION"] },
    secretSettings: {
      accessKeyId: ["AWS_ACCESS_KEY_ID"],
      secretAccessKey: ["AWS_SECRET_ACCESS_KEY"],
      sessionToken: ["AWS_SESSION_TOKEN"],
    },
  },
  vertex: {
    summary: "Gemini and Claude on Google Vertex AI (peer @ai-sdk/google-vertex)",
    keyVariables: ["GOOGLE_VERTEX_API_KEY"],
    addressVariable: "GOOGLE_VERTEX_BASE_URL",
    prices: "vertex",
    findsCredentials: true,
    package: "@ai-sdk/google-vertex",
    major: 4,
    factory: "createVertex",
    optionsKey: "google",
    settings: {
      project: ["GOOGLE_VERTEX_PROJECT", "GOOGLE_CLOUD_PROJECT"],
      location: ["GOOGLE_VERTEX_LOCATION", "GOOGLE_CLOUD_LOCATION"],
    },
  },
  cohere: {
    summary: "Cohere's own API (peer @ai-sdk/cohere)",
    baseUrl: "https://api.cohere.com/v2",
    keyVariables: ["COHERE_API_KEY", "CO_API_KEY"],
    addressVariable: "COHERE_BASE_URL",
    prices: "cohere",
    package: "@ai-sdk/cohere",
    major: 3,
    factory: "createCohere",
    optionsKey: "cohere",
  },
  "ai-sdk": {
    summary: "any provider package of the Vercel AI SDK (package)",
    keyVariables: [],
    addressVariable: "AI_SDK_BASE_URL",
    isKeyless: true,
    findsCredentials: true,
  },
} as const satisfies Readonly<Record<string, NativeProvider>>;
