import { html } from "../../../report/html.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageArea } from "../shell/page-area.ts";
import { typedCommand } from "../shell/shown-command.ts";

export const playgroundArea: PageArea = {
  name: "Playground",
  address: "/ui/playground",
  pages: () => [
    {
      path: "/ui/playground",
      show: async ({ commands }) => ({
        title: "Playground",
        content: emptyNote(
          "Prompts are called from the terminal",
          html`<code>${typedCommand(commands, "dao-opt call PROMPT --input NAME=TEXT", ["registry", "state"])}</code>`,
        ),
      }),
    },
  ],
};
