import { join } from "node:path";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import { temporaryFolder } from "../registry/temporary-folder.ts";
import { traceStoreSuite } from "../suites/trace-store.ts";

traceStoreSuite("the traces of a folder", (clock) =>
  openTraceStore({ folder: join(temporaryFolder(), "traces"), clock }),
);

traceStoreSuite("the traces of a folder whose files are full at once", (clock) =>
  openTraceStore({ folder: join(temporaryFolder(), "traces"), clock, partBytes: 1 }),
);
