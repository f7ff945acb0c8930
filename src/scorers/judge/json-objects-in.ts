/** A JSON object found in a text. */
export interface FoundObject {
  readonly source: string;
  readonly value: unknown;
}

/** More braces than any honest reply has: reading stays in proportion to the text. */
const mostObjects = 200;

/** The JSON objects that stand in a text, fences and prose around them or not; those inside of others are not among them. */
export function jsonObjectsIn(text: string): readonly FoundObject[] {
  const found: FoundObject[] = [];
  let tries = 0;
  for (let at = text.indexOf("{"); at !== -1 && tries < mostObjects; tries++) {
    const end = endOfObject(text, at);
    const source = end === undefined ? undefined : text.slice(at, end);
    const value = source === undefined ? undefined : parsed(source);
    if (source !== undefined && value !== undefined) found.push({ source, value });
    at = text.indexOf("{", value === undefined || end === undefined ? at + 1 : end);
  }
  return found;
}

/** Where the object that begins at a brace ends, braces in its texts not counted. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at++) {
    const letter = text[at];
    if (isText) {
      if (letter === "\\") at++;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = true;
    else if (letter === "{") depth++;
    else if (letter === "}" && --depth === 0) return at + 1;
  }
  return undefined;
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
