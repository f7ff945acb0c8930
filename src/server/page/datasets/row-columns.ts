import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { canonicalJson } from "../../../core/data/digest.ts";
import type { JsonValue } from "../../../core/data/json.ts";
import { referenceAnswer, rowRating } from "../../../datasets/manage/reference-answer.ts";
import { outputText } from "../../../datasets/rows/answer-text.ts";
import { type Html, html } from "../../../report/html.ts";
import type { TableColumn } from "../shell/data-table.ts";
import { tag } from "../shell/page-links.ts";
import type { OptionalColumn } from "./dataset-census.ts";
import type { PageRow } from "./page-datasets.ts";

const longest = 160;

interface RowColumns {
  /** Columns with a value in any row of the dataset. */
  readonly columns: ReadonlySet<OptionalColumn>;
  readonly hasParts: boolean;
}

/** What a list of rows shows of each; columns that would be empty are left out. */
export function rowColumns({ columns, hasParts }: RowColumns): readonly TableColumn<PageRow>[] {
  const optional = (name: OptionalColumn, column: TableColumn<PageRow>) =>
    columns.has(name) ? [column] : [];
  return [
    { head: "Row", cell: ({ id, address }) => html`<a href="${address}"><code>${id.slice(0, 8)}</code></a>` },
    { head: "Inputs", isWide: true, cell: ({ record }) => inputsCell(record) },
    {
      head: "Expected",
      label: "expected",
      isWide: true,
      cell: ({ record }) => {
        const { kind, text } = referenceAnswer(record);
        if (kind === "facts") return html`<span class="muted">facts</span>`;
        return kind === "expected" ? cut(text ?? "") : "";
      },
    },
    ...optional("recorded", {
      head: "Recorded answer",
      label: "recorded",
      isWide: true,
      cell: ({ record }) => cut(outputText(record.outputs) ?? ""),
    }),
    ...optional("rating", { head: "Rating", isNumber: true, cell: ({ record }) => rowRating(record) ?? "" }),
    ...(hasParts
      ? [{ head: "Part", label: "part", cell: ({ part }: PageRow) => part ?? "" }]
      : optional("source", {
          head: "Source",
          label: "source",
          cell: ({ record: { source, tags } }) =>
            html`${source?.type ?? ""}${typeof tags?.["split"] === "string" ? html` ${tag(tags["split"])}` : null}`,
        })),
  ];
}

/** One input alone needs no name. */
function inputsCell({ inputs }: DatasetRecord): Html {
  const entries = Object.entries(inputs);
  const shown = entries.slice(0, 6);
  const text = (value: JsonValue) => cut(typeof value === "string" ? value : canonicalJson(value));
  if (entries.length === 1) return html`${text(shown[0]?.[1] ?? "")}`;
  return html`${shown.map(([name, value]) => html`<div><span class="muted">${name}</span> ${text(value)}</div>`)}${entries.length > shown.length ? html`<div class="muted">and ${entries.length - shown.length} more</div>` : null}`;
}

function cut(text: string): string {
  const characters = [...text.slice(0, longest * 4).replace(/\s+/g, " ")];
  return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : characters.join("");
}
