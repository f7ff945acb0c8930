import { NotFoundError } from "../../../core/errors.ts";
import { exportFormats, exportRecords } from "../../../datasets/manage/export/export-records.ts";
import { type Html, html } from "../../../report/html.ts";
import { downloadResponse } from "../shell/page-headers.ts";
import type { PageDataset } from "./page-datasets.ts";

/** Links to the dataset in every format of `dataset export`. */
export function exportSection(dataset: PageDataset): Html {
  const address = (format: string, safe?: string) => dataset.addressAt(["export"], { format, safe });
  const items = Object.entries(exportFormats).map(
    ([name, { summary, hasCells }]) =>
      html`<li><a href="${address(name)}" download>${name}</a> <span class="muted">${summary}</span>${hasCells === true ? html` · <a href="${address(name, "yes")}" download>${name} for a spreadsheet</a> <span class="muted">no cell is a formula</span>` : null}</li>`,
  );
  return html`<section aria-labelledby="h-export"><div class="sec"><h2 id="h-export">Export</h2><span class="muted small">all rows, without filters</span></div>
<ul class="plain small">${items}</ul></section>`;
}

/** The rows as a file, written while they are read. */
export function exportResponse(dataset: PageDataset, query: URLSearchParams): Response {
  const name = query.get("format") ?? "jsonl";
  const format = Object.hasOwn(exportFormats, name) ? exportFormats[name] : undefined;
  if (format === undefined)
    throw new NotFoundError("format", name, [], {
      hint: `formats: ${Object.keys(exportFormats).join(", ")}`,
    });
  const ending = format.endings[0] ?? "";
  const isSafe = query.get("safe") === "yes" && format.hasCells === true;
  const body = textStream((write, hasRoom) =>
    exportRecords({
      format,
      ending,
      isSafe,
      write,
      records: async function* () {
        for await (const { record } of dataset.rows()) {
          await hasRoom();
          yield record;
        }
      },
    }),
  );
  return downloadResponse(body, types[ending] ?? "text/plain", `${dataset.name}${ending}`);
}

const types: Readonly<Record<string, string>> = {
  ".jsonl": "application/jsonl",
  ".json": "application/json",
  ".csv": "text/csv",
  ".tsv": "text/tab-separated-values",
  ".yaml": "application/yaml",
};

const piece = 64 * 1024;

/** A stream of texts, written no faster than they are read. */
function textStream(
  produce: (write: (text: string) => void, hasRoom: () => Promise<void>) => Promise<unknown>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let wake: (() => void) | undefined;
  let isCanceled = false;
  let waiting = "";
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const flush = () => {
          if (waiting !== "" && !isCanceled) controller.enqueue(encoder.encode(waiting));
          waiting = "";
        };
        const write = (text: string) => {
          waiting += text;
          if (waiting.length >= piece) flush();
        };
        const hasRoom = async () => {
          if (isCanceled) throw new Error("the download was canceled");
          while (!isCanceled && (controller.desiredSize ?? 0) <= 0)
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        };
        produce(write, hasRoom).then(
          () => {
            flush();
            if (!isCanceled) controller.close();
          },
          (error: unknown) => {
            if (!isCanceled) controller.error(error);
          },
        );
      },
      pull() {
        wake?.();
      },
      cancel() {
        isCanceled = true;
        wake?.();
      },
    },
    { highWaterMark: 4 },
  );
}
