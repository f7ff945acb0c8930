import type { OfflineRequest } from "../request.ts";
import { readFormRequest } from "./read-form-request.ts";
import { readLooseRequest } from "./read-loose-request.ts";
import type { ReflectionReading } from "./reflection-reading.ts";

/**
 * Reads a request by its fences, names and variables; its words may be any. Undefined when it asks for no new prompt.
 * ModelError when it does, and what the rewrite is made from cannot be read.
 */
export function readReflectionRequest(request: OfflineRequest): ReflectionReading | undefined {
  return readFormRequest(request) ?? readLooseRequest(request);
}
