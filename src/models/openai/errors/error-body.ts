/**
 * An error body as the `openai` client takes it: the client hands on what is under `error`, and drops what a
 * server wrote anywhere else.
 */
export function errorBody(text: string): string {
  return JSON.stringify({ error: parse(text) });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}
