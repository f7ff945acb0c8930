import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFolderAnswers } from "../../../src/run/answers/folder-answers.ts";
import { openMemoryAnswers } from "../../../src/run/answers/memory-answers.ts";
import { describeSharedAnswers } from "../../suites/shared-answers.ts";

describeSharedAnswers({
  name: "memory",
  async create() {
    const memory = { answers: new Map(), claims: new Map() };
    return () => openMemoryAnswers(memory);
  },
});

describeSharedAnswers({
  name: "folder",
  async create() {
    const folder = join(mkdtempSync(join(tmpdir(), "dao-opt-shared-")), "cache");
    return () => openFolderAnswers(folder);
  },
});
