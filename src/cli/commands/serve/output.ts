import { z } from "zod";

/** What `serve --json` prints when it is ready. */
export const serveOutputSchema = z.object({
  url: z.string(),
  port: z.int(),
  registry: z.string(),
  state: z.string(),
});

export type ServeOutput = z.infer<typeof serveOutputSchema>;
