import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { NotFoundError, UsageError } from "../../src/core/errors.ts";
import { Registry } from "../../src/index.ts";
import { promptTypes } from "../../src/registry/prompt-types.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const draft = {
  path: "main/x",
  template: "Classify: {{text}}",
  templateLanguage: "default",
  model: { model: "offline", provider: "mock" },
} as const;

function world() {
  const folder = temporaryFolder();
  const registry = Registry.open(join(folder, "prompts"), {
    state: join(folder, "state"),
    by: "ada",
    env: {},
  });
  return { folder, registry };
}

describe("Registry", () => {
  test("registers, finds, deploys and calls a prompt, and logs the call", async () => {
    const { registry, folder } = world();
    const { version } = await registry.upsert(draft);
    await registry.deploy(version.versionId, "staging", { note: "trial" });
    expect((await registry.get("main/x@staging")).createdBy).toBe("ada");
    const response = await registry.call("main/x@staging", { inputs: { text: "a fine day" } });
    expect(response.version.versionId).toBe(version.versionId);
    expect(response.output).toEqual(expect.any(String));
    const stream = await registry.stream("main/x", { inputs: { text: "a fine day" } });
    let streamed = "";
    for await (const { output } of stream) streamed += output;
    expect(streamed).toBe(response.output);
    expect(await registry.close()).toMatchObject({ count: 0 });
    expect(existsSync(join(folder, "state/traces"))).toBe(true);
  });

  test("reports what is missing and what is available", async () => {
    const { registry } = world();
    await registry.upsert(draft);
    await expect(registry.call("main/x")).rejects.toBeInstanceOf(UsageError);
    await expect(registry.call("main/y")).rejects.toBeInstanceOf(NotFoundError);
  });
});

/** Complaints of the compiler about a text that has a registry's types beside it. */
function compileErrors(folder: string, text: string): readonly string[] {
  const contracts = fileURLToPath(new URL("../../src/contracts/known-prompts.ts", import.meta.url));
  const file = join(folder, "use.ts");
  const imports = `import type { InputsOf, KnownReference } from ${JSON.stringify(contracts)};\n`;
  writeFileSync(file, imports + text);
  const program = ts.createProgram([file, join(folder, "prompts.d.ts")], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts"],
    types: [],
    typeRoots: [dirname(folder)],
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

describe("registry types", () => {
  test("declare every path and its variables", async () => {
    const { registry, folder } = world();
    await registry.upsert(draft);
    await registry.upsert({ ...draft, template: "{{text}} {{style}}" });
    await registry.upsert({ ...draft, path: "none", template: "Hello" });
    const quoted = 'odd "name"'.replaceAll('"', "-");
    await registry.upsert({ ...draft, path: quoted, template: "{{a.b}} {{c-d}}" });
    await registry.upsert({ ...draft, path: "jinja", templateLanguage: "jinja", template: "{% if %}" });
    const { text, prompts, notes } = await promptTypes(registry);
    expect(prompts).toBe(4);
    expect(notes).toHaveLength(1);
    writeFileSync(join(folder, "prompts.d.ts"), text);
    const fine = `
      export const known: KnownReference[] = ["main/x", "main/x@latest", "main/x@production", "none"];
      export const one: InputsOf<"main/x"> = { text: "a" };
      export const numbered: InputsOf<"main/x@7"> = { text: ["a", { b: null }] };
      export const slashed: InputsOf<"prompts:/main/x/7"> = { text: 1 };
      export const latest: InputsOf<"main/x@latest"> = { text: "a", style: "b" };
      export const empty: InputsOf<"none"> = {};
      export const odd: InputsOf<"odd -name-"> = { "a.b": 1, "c-d": true };
      export const unknown: InputsOf<"another"> = { anything: 1 };
      export const unread: InputsOf<"jinja"> = { anything: 1 };
    `;
    expect(compileErrors(folder, fine)).toEqual([]);
    for (const wrong of [
      'export const one: InputsOf<"main/x"> = { txt: "a" };',
      'export const one: InputsOf<"main/x@latest"> = { text: "a" };',
      'export const one: InputsOf<"none"> = { text: "a" };',
      'export const one: InputsOf<"main/x"> = { text: () => 1 };',
      'export const one: KnownReference = "main/y";',
    ]) {
      expect(compileErrors(folder, wrong), wrong).toHaveLength(1);
    }
    expect(readFileSync(join(folder, "prompts.d.ts"), "utf8")).toContain("registry types");
  }, 60_000);
});
