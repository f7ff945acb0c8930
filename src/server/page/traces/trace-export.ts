import { UsageError } from "../../../core/errors.ts";
import { recordJson } from "../../../datasets/store/record-json.ts";
import { renderJsonLine } from "../../../formats/json-lines.ts";
import { traceFormats } from "../../../traces/trace-formats.ts";
import type { ServerServices } from "../../server-services.ts";
import type { PageRequest } from "../shell/page-area.ts";
import { downloadResponse } from "../shell/page-headers.ts";
import { rowsOf, selectedTraces } from "./selected-traces.ts";

const chunkLength = 64 * 1024;

/** A selection as a file, in a format of `traces export`. */
export async function exportTraces(
  { traces, clock }: Pick<ServerServices, "traces" | "clock">,
  { query }: PageRequest,
): Promise<Response> {
  const name = query.get("format") ?? "jsonl";
  const format = Object.hasOwn(traceFormats, name) ? traceFormats[name] : undefined;
  if (format === undefined)
    throw new UsageError(`there is no format "${name.slice(0, 60)}"`, {
      hint: `use ${Object.keys(traceFormats).join(", ")}`,
    });
  const selected = selectedTraces(traces, query, clock.now());
  if (format.mergesRows === true) {
    const { records } = await rowsOf(selected);
    return downloadResponse(
      records.map((one) => renderJsonLine(recordJson(one))).join(""),
      "application/x-ndjson",
      "rows.jsonl",
    );
  }
  const render = format.renderSafe ?? format.render;
  // The first one shows whether the selection is usable at all.
  const first = await selected.next();
  const encoder = new TextEncoder();
  let head = format.head + (first.done === true ? "" : (render(first.value) ?? ""));
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        const { done, value } = await selected.next();
        if (done !== true) head += render(value) ?? "";
        if (done !== true && head.length < chunkLength) continue;
        if (head !== "") controller.enqueue(encoder.encode(head));
        head = "";
        if (done === true) controller.close();
        return;
      }
    },
    async cancel() {
      await selected.return(undefined);
    },
  });
  const isCsv = name === "csv";
  return downloadResponse(
    stream,
    isCsv ? "text/csv" : "application/x-ndjson",
    isCsv ? "traces.csv" : "traces.jsonl",
  );
}
