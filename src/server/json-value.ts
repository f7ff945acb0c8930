import { z } from "@hono/zod-openapi";

/**
 * Any JSON in a body or an answer. `z.json()` is a schema that names itself, which cannot be written into
 * `/openapi.json`; a parsed body holds nothing but JSON anyway.
 */
export const jsonValue = z.unknown() as unknown as z.ZodType<z.core.util.JSONType>;
