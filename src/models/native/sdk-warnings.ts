import type { SdkWarning } from "./sdk-model.ts";

/** Names of the AI SDK for members of a request. */
const members: Readonly<Record<string, string>> = {
  temperature: "temperature",
  topP: "top_p",
  topK: "top_k",
  seed: "seed",
  presencePenalty: "presence_penalty",
  frequencyPenalty: "frequency_penalty",
  stopSequences: "stop",
  responseFormat: "response_format",
  toolChoice: "tool_choice",
};

/** Notices of a package's warnings about a request. */
interface ReadWarnings {
  /** Members that it left out. */
  readonly members: readonly string[];
  /** Everything else, as sentences. */
  readonly texts: readonly string[];
}

/** Splits the warnings of a package into members that it left out and other remarks. */
export function unsupportedMembers(warnings: readonly SdkWarning[]): ReadWarnings {
  const left: string[] = [];
  const texts: string[] = [];
  for (const { type, feature = "", details } of warnings) {
    const member = members[feature];
    // A value outside the provider's range is replaced by the nearest one, and still sent.
    if (type === "unsupported" && member !== undefined && !/clamped/i.test(details ?? "")) left.push(member);
    else if (details !== undefined) texts.push(details);
    else if (feature !== "") texts.push(`${feature} is not supported`);
  }
  return { members: left, texts };
}
