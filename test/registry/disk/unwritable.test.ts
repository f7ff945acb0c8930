import { chmodSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { draft } from "../../suites/prompt-registry.ts";
import { startProcess } from "../../support/script-process.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { bundleWriter } from "../writer-process.ts";

const script = `
const [directory, path, size] = process.argv.slice(2);
const registry = openRegistry(directory);
const draft = { path, template: "x".repeat(Number(size)), templateLanguage: "default", model: { model: "m" } };
const outcome = await registry.upsert(draft).then(
  ({ version }) => ({ version: version.version }),
  (error) => ({ name: error.name, message: error.message, hint: error.hint }),
);
console.log(JSON.stringify(outcome));
`;

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const files = (folder: string) => readdirSync(folder, { recursive: true }).map(String).sort();

test.runIf(process.platform === "linux")(
  "a disk that fills up is one clear error, and nothing is left",
  async () => {
    const folder = temporaryFolder();
    const directory = join(folder, "prompts");
    await openRegistry(directory).upsert(draft({ path: "a/known" }));
    const before = files(directory);
    const file = await bundleWriter(folder, script);
    // A limit on the size of files fails a write in the middle, as a full disk does.
    const limited = `ulimit -f 8; exec node '${file}' "$@"`;
    for (const path of ["a/known", "b/new"]) {
      const { stdout } = await startProcess("bash", ["-c", limited, "bash", directory, path, "100000"]).ended;
      const name = path === "a/known" ? "v2.prompt" : "v1.prompt";
      expect(JSON.parse(stdout)).toEqual({
        name: "RegistryError",
        message: `${join(directory, path, name)} cannot be written: the file would be larger than the system allows`,
        hint: "free some space and try again; nothing was registered",
      });
      expect(files(directory)).toEqual(before);
    }
    expect((await openRegistry(directory).verify()).notes).toEqual([]);
  },
);

test.runIf(process.platform !== "win32")(
  "a read-only folder is one clear error; it can be read",
  async () => {
    const folder = temporaryFolder();
    const directory = join(folder, "prompts");
    const { version } = await openRegistry(directory).upsert(
      draft({ path: "known", template: "xxx", model: { model: "m" } }),
    );
    const file = await bundleWriter(folder, script);
    chmodSync(folder, 0o755);
    chmodSync(directory, 0o555);
    const user = isRoot ? { uid: nobody } : {};
    const refused = await startProcess(process.execPath, [file, directory, "new", "5"], user).ended;
    expect(JSON.parse(refused.stdout)).toEqual({
      name: "RegistryError",
      message: `${directory} cannot be written: permission denied`,
      hint: "make the registry folder writable or choose another one with --registry",
    });
    const equal = await startProcess(process.execPath, [file, directory, "known", "3"], user).ended;
    expect(JSON.parse(equal.stdout)).toEqual({ version: version.version });
    const made = await startProcess(process.execPath, [file, join(directory, "deeper"), "new", "5"], user)
      .ended;
    expect(JSON.parse(made.stdout)).toMatchObject({ name: "RegistryError" });
    chmodSync(directory, 0o755);
    expect(existsSync(join(directory, "new"))).toBe(false);
  },
);
