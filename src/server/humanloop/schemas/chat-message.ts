import { z } from "@hono/zod-openapi";
import { jsonValue } from "../../json-value.ts";

const functionCall = z.object({ name: z.string(), arguments: z.string().nullish() });
const part = z.union([
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({
    type: z.literal("image_url"),
    image_url: z.object({ url: z.string(), detail: z.string().nullish() }),
  }),
  z.looseObject({ type: z.string() }),
]);

/** A message of a call, of a log or of a chat template. */
export const chatMessageSchema = z
  .object({
    role: z.enum(["user", "assistant", "system", "tool", "developer"]),
    content: z.union([z.string(), z.array(part)]).nullish(),
    name: z.string().nullish(),
    tool_call_id: z.string().nullish(),
    tool_calls: z
      .array(z.object({ id: z.string(), type: z.literal("function"), function: functionCall }))
      .nullish(),
  })
  .openapi("ChatMessage");

export const jsonMap = z.record(z.string(), jsonValue);
