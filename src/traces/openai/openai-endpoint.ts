/** The three endpoints of OpenAI's API whose calls become traces. */
export type OpenAIEndpoint = "chat" | "completion" | "responses";

const endpoints: Readonly<Record<string, OpenAIEndpoint>> = {
  "/chat/completions": "chat",
  "/completions": "completion",
  "/responses": "responses",
};

/** By the path below the base URL, without query; undefined for every other path. */
export function openAIEndpoint(path: string): OpenAIEndpoint | undefined {
  return Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
}
