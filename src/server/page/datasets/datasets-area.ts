import { html } from "../../../report/html.ts";
import { dataTable } from "../shell/data-table.ts";
import { emptyNote } from "../shell/notes.ts";
import type { PageArea } from "../shell/page-area.ts";
import { typedCommand } from "../shell/shown-command.ts";

export const datasetsArea: PageArea = {
  name: "Datasets",
  address: "/ui/datasets",
  pages: ({ datasets }) => [
    {
      path: "/ui/datasets",
      show: async ({ commands }) => {
        const names = await datasets.list();
        const content =
          names.length === 0
            ? emptyNote(
                "No datasets yet",
                html`Collect one: <code>${typedCommand(commands, "dao-opt collect import FILE", ["state"])}</code>`,
              )
            : dataTable([{ head: "Dataset", cell: (name: string) => name }], names, { label: "Datasets" });
        return { title: "Datasets", content };
      },
    },
  ],
};
