/** Values that requests may not contain: wire key, value, and part of the error message. */
export const refusedValues: readonly (readonly [key: string, value: unknown, message: string])[] = [
  ["temperature", 2.01, "must be from 0 to 2, got 2.01"],
  ["temperature", -0.1, "must be from 0 to 2, got -0.1"],
  ["top_p", 1.5, "must be from 0 to 1, got 1.5"],
  ["top_p", -1, "must be from 0 to 1, got -1"],
  ["presence_penalty", 2.5, "must be from -2 to 2, got 2.5"],
  ["presence_penalty", -3, "must be from -2 to 2, got -3"],
  ["frequency_penalty", 9, "must be from -2 to 2, got 9"],
  ["max_tokens", -2, "must be at least -1 (-1: no limit), got -2"],
  ["response_format", { type: "xml" }, 'must be one of text, json_object, json_schema; got "xml"'],
  ["response_format", {}, "must be one of text, json_object, json_schema; it is missing"],
  ["reasoning_effort", "extreme", 'got "extreme"'],
  ["reasoning_effort", -5, "must be a number of tokens, got -5"],
];

export const allowedValues: readonly (readonly [key: string, value: unknown])[] = [
  ["temperature", 0],
  ["temperature", 2],
  ["top_p", 0],
  ["top_p", 1],
  ["presence_penalty", -2],
  ["frequency_penalty", 2],
  ["max_tokens", -1],
  ["max_tokens", 1],
  ["response_format", { type: "json_object" }],
  ["response_format", { type: "json_schema", json_schema: { name: "x", schema: {} } }],
  ["reasoning_effort", "high"],
  ["reasoning_effort", 4096],
];
