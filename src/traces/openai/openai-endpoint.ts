/** The three endpoints of OpenAI's API whose calls become traces. */
export type TracedEndpoint = "chat" | "completion" | "responses";

const endpoints: Readonly<Record<string, TracedEndpoint>> = {
  "/chat/completions": "chat",
  "/completions": "completion",
  "/responses": "responses",
};

/** By the path below the base URL, without query; undefined for every other path. */
export function tracedEndpoint(path: string): TracedEndpoint | undefined {
  return Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
}
