import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { PromptArchive } from "../../src/contracts/registry.ts";
import { DaoOptError, RegistryError, UsageError } from "../../src/core/errors.ts";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { openTransfer } from "../../src/registry/transfer/open-transfer.ts";
import { draft } from "../suites/prompt-registry.ts";
import { temporaryFolder } from "./temporary-folder.ts";

let outside: string;
let root: string;
let registry: PromptArchive;
beforeEach(() => {
  outside = temporaryFolder();
  root = join(outside, "prompts");
  registry = openRegistry(root);
});

const refused = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable("it was expected to be refused"),
    (error: unknown) => error,
  );

const oddNames = [
  "..",
  "../outside",
  "a/../../outside",
  "a/./b",
  "/etc/passwd",
  "//server/share",
  "\\\\server\\share",
  "C:/x",
  "C:x",
  "a\\..\\b",
  "a\0b",
  "a\nb",
  "a\u001bb",
  "%2e%2e/x",
  "a%2fb",
  "a%5cb",
  "a%00b",
  "a\u2215b",
  "a\u2044b",
  "a\uff0fb",
  "\uff0e\uff0e/x",
  "\u2024\u2024/x",
  "a\u202eb",
  "a\u200bb",
  "a\ufeffb",
  "a\u3164",
  "\uff4d\uff41in/x",
  "\ufb01le/x",
  "m\u0430in/x",
  "\u03bfk/ab\u03bf",
  "CON",
  "con.txt/x",
  "aux",
  "NUL",
  "nul.prompt",
  "a/COM1",
  "a/com\u00b9",
  "a/LPT9.x",
  "prn",
  "a/trailing.",
  "a/trailing ",
  " a/leading",
  ".git/config",
  "a/.set-aside",
  "registry.yaml",
  "a/prompt.yaml",
  "a/deployments.jsonl",
  "a/v1.prompt/x",
  "a/v1.yaml",
  "a:b",
  "a*b",
  "a?b",
  'a"b',
  "a|b",
  "<script>",
  "$(touch x)",
  "`id`",
  "~/x",
  "a".repeat(256),
];

describe("odd names", () => {
  test.each(oddNames)("%j is rejected by every entry point, and creates nothing", async (name) => {
    await registry.upsert(draft({ path: "fine" }));
    const before = [readdirSync(outside), readdirSync(root, { recursive: true })];
    const doors: readonly (() => Promise<unknown>)[] = [
      () => registry.upsert(draft({ path: name })),
      () => registry.move("fine", name),
      () => registry.list({ folder: name }),
      () => registry.history(name),
      () => registry.deployments(name),
      () => registry.deletePrompt(name),
      () => registry.deploy(name, "staging"),
      () => registry.undeploy(name, "production"),
      () => registry.addEnvironment(name),
      () => registry.prompt(name),
      () => registry.get(name),
      () => registry.get(`${name}@latest`),
    ];
    for (const door of doors) expect(await refused(door())).toBeInstanceOf(DaoOptError);
    expect(await refused(registry.upsert(draft({ path: name })))).toBeInstanceOf(UsageError);
    expect([readdirSync(outside), readdirSync(root, { recursive: true })]).toEqual(before);
    expect((await registry.list()).map(({ path }) => path)).toEqual(["fine"]);
  });

  test("an import cannot add them either", async () => {
    await registry.upsert(draft({ path: "fine" }));
    let text = "";
    for await (const piece of openTransfer(root).export()) text += piece;
    for (const name of oddNames) {
      const other = openTransfer(join(outside, "other"));
      const odd = text.replace('"path":"fine"', `"path":${JSON.stringify(name)}`);
      expect(await refused(other.importDocument(odd, "x.json")), name).toBeInstanceOf(DaoOptError);
    }
    expect(existsSync(join(outside, "other", "registry.yaml"))).toBe(false);
    expect(readdirSync(outside)).not.toContain("outside");
  });
});

describe("a folder with hostile files from a commit gives a clear error", () => {
  const aliases = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh"
    .split("")
    .map((name, at) => {
      const before = "abcdefgh"[at];
      return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(",")}]`;
    })
    .join("\n")}\n`;
  const contents: readonly (readonly [name: string, text: string])[] = [
    ["a tag that runs code elsewhere", 'id: !!js/function "function(){process.exit()}"\n'],
    ["a Python tag", "id: !!python/object/apply:os.system ['touch /tmp/x']\n"],
    ["a bomb of aliases", aliases],
    ["a merge key", "base: &b {id: pr_x}\n<<: *b\n"],
    ["a prototype", "__proto__: {polluted: yes}\nid: pr_x\n"],
    ["deep nesting", `x: ${"[".repeat(30_000)}\n`],
    ["deep nesting by lines", Array.from({ length: 5000 }, (_, at) => `${" ".repeat(at)}- `).join("\n")],
    ["a megabyte of keys", Array.from({ length: 110_000 }, (_, at) => `k${at}: 1`).join("\n")],
    ["eleven megabytes", `x: ${"y".repeat(11_000_000)}\n`],
    ["bytes that are no text", "\u0000\u0001\u0002"],
    ["nothing", ""],
  ];
  const files = [
    "prompt.yaml",
    "v1.yaml",
    "v1.prompt",
    "deployments.jsonl",
    "../registry.yaml",
    "../.pending.yaml",
  ];
  const large = /nesting by lines|megabyte/;
  const cases = files.flatMap((file) =>
    contents
      .filter(([name]) => !large.test(name) || file === "prompt.yaml" || file === "v1.prompt")
      .map(([name, text]) => [file, name, text] as const),
  );

  test.each(cases)(
    "%s with %s",
    async (file, name, text) => {
      await registry.upsert(draft({ path: "fine" }));
      await registry.upsert(draft({ path: "fine", template: "two" }));
      const hostile = file === "v1.prompt" ? `---\n${text}---\nx` : text;
      writeFileSync(join(root, "fine", file), hostile);
      const startedAt = process.memoryUsage().rss;
      const reads = [
        () => registry.list(),
        () => registry.get("fine@1"),
        () => registry.environments(),
        () => registry.upsert(draft({ path: "fine", template: "three" })),
      ];
      for (const read of reads) {
        const error: unknown = await read().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== undefined) expect(error, `${file} ${name}`).toBeInstanceOf(DaoOptError);
      }
      const isEmptyLog = (file === "deployments.jsonl" || file === "../.pending.yaml") && text === "";
      const { damage } = await registry.verify();
      if (file !== "deployments.jsonl" || !/^\0/.test(text))
        expect(damage.length > 0 || isEmptyLog).toBe(true);
      expect((await registry.verify({ repair: true })).ok).toBe(true);
      expect((await registry.verify()).ok).toBe(true);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      expect(process.memoryUsage().rss - startedAt).toBeLessThan(1_000_000_000);
    },
    120_000,
  );

  test.each(files)("a pipe in place of %s does not block a reader", async (file) => {
    await registry.upsert(draft({ path: "fine" }));
    execFileSync("rm", ["-f", join(root, "fine", file)]);
    execFileSync("mkfifo", [join(root, "fine", file)]);
    const { damage } = await registry.verify();
    expect(damage.map(({ message }) => message).join("\n")).toContain("is not a regular file");
  });

  test.each(files)("a link to a device, or out of the registry, in place of %s is rejected", async (file) => {
    for (const target of ["/dev/zero", "/etc/passwd"]) {
      await registry.upsert(draft({ path: "fine" }));
      execFileSync("rm", ["-f", join(root, "fine", file)]);
      symlinkSync(target, join(root, "fine", file));
      const { damage } = await registry.verify();
      expect(damage.map(({ message }) => message).join("\n")).toContain(
        "a link to a file outside the registry",
      );
      await registry.verify({ repair: true });
      expect((await registry.verify()).ok).toBe(true);
    }
  });

  test("a folder that is a link out of the registry is neither read nor written nor moved into", async () => {
    await registry.upsert(draft({ path: "fine" }));
    const elsewhere = join(outside, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(root, "way-out"));
    for (const door of [
      () => registry.upsert(draft({ path: "way-out/x" })),
      () => registry.move("fine", "way-out/x"),
      () => registry.get("way-out"),
      () => registry.list({ folder: "way-out" }),
    ]) {
      expect(await refused(door())).toBeInstanceOf(RegistryError);
    }
    expect(readdirSync(elsewhere)).toEqual([]);
    expect((await registry.list()).map(({ path }) => path)).toEqual(["fine"]);
  });
});
