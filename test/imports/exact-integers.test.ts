import { expect, test } from "vitest";
import { createImportWorld } from "../support/import-world.ts";

const id = "12345678901234567890";
const nested = "9007199254740993";
const span = `{"trace_id": "AAAAAAAAAAAAAAAAAAAAAQ==", "span_id": "AAAAAAAAAAE=", "name": "classify",
  "start_time_unix_nano": 1795957290249692299, "end_time_unix_nano": 1795957290251192299,
  "attributes": {"mlflow.spanType": "\\"CHAIN\\"", "mlflow.spanInputs": "{\\"deep\\": {\\"id\\": ${nested}}}",
    "mlflow.spanOutputs": {"id": ${id}, "small": 7, "float": 1.5}}}`.replaceAll("\n", "");
const trace = `{"trace_info": {"trace_id": "tr-1", "state": "OK", "request_time": "2026-11-29T13:01:30.249Z"}, "spans": [${span}]}`;

test.each([
  ["traces.jsonl", `${trace}\n`],
  ["list.json", `[${trace}]`],
  ["answer.json", `{"traces": [${trace}]}`],
  ["document.json", trace],
])("integers beyond 2^53 keep their digits: %s", async (name, content) => {
  const world = createImportWorld();
  world.write(name, content);
  await world.imported(name);
  expect(world.traces()).toMatchObject([
    { inputs: { deep: { id: nested } }, output: `{"id":"${id}","small":7,"float":1.5}` },
  ]);
});
