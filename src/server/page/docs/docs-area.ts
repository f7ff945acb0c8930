import { html } from "../../../report/html.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageArea } from "../shell/page-area.ts";

/** The API reference. */
export const docsArea: PageArea = {
  name: "API",
  address: "/docs",
  pages: () => [
    {
      path: "/docs",
      show: async () => ({
        title: "API",
        content: emptyNote(
          "The reference is a file",
          html`Read <a href="/openapi.json">openapi.json</a>, or load it into a tool for OpenAPI 3.1.`,
        ),
      }),
    },
  ],
};
