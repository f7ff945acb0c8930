import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { promptRegistrySuite } from "../suites/prompt-registry.ts";

const folder = mkdtempSync(join(tmpdir(), "registry-suite-"));
let count = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

promptRegistrySuite("on disk", (options) => openRegistry(join(folder, `registry ${count++}`), options));
