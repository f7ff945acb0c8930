import { join } from "node:path";
import { expect, test } from "vitest";
import { openRegistry } from "../../src/registry/open-registry.ts";
import { startProcess } from "../support/script-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { bundleWriter } from "./writer-process.ts";

const script = `
const [directory, writer, count] = process.argv.slice(2);
const registry = openRegistry(directory, { by: writer });
for (let at = 0; at < Number(count); at++) {
  const template = "text " + writer + "-" + at;
  const draft = { path: "main/shared", template, templateLanguage: "default", model: { model: "m" } };
  const { version } = await registry.upsert(draft);
  process.stdout.write(version.version + " " + template + "\\n");
  if (at % 5 === 0) await registry.deploy("main/shared@" + version.version, "env-" + writer);
}
`;

test("four concurrent processes, some killed, lose no confirmed version and assign no number twice", async () => {
  const folder = temporaryFolder();
  const directory = join(folder, "prompts");
  const file = await bundleWriter(folder, script);
  const confirmed = new Map<number, string>();
  const twice: number[] = [];
  const start = (writer: string, killAfter: number) => {
    let lines = 0;
    return startProcess("node", [file, directory, writer, "25"], {
      onLine(line, child) {
        const [number, ...text] = line.split(" ");
        if (confirmed.has(Number(number))) twice.push(Number(number));
        confirmed.set(Number(number), text.join(" "));
        lines += 1;
        // At different moments of the next write.
        if (lines === killAfter) setTimeout(() => child.kill("SIGKILL"), killAfter);
      },
    }).ended;
  };
  const ends = await Promise.all([start("a", Infinity), start("b", Infinity), start("c", 4), start("d", 9)]);
  const late = await Promise.all([start("e", 3), start("f", 6), start("g", Infinity)]);
  expect([...ends, ...late].map(({ stderr }) => stderr).join("")).toBe("");
  expect([ends[0]?.code, ends[1]?.code, late[2]?.code]).toEqual([0, 0, 0]);
  expect([ends[2]?.code, ends[3]?.code, late[0]?.code, late[1]?.code]).toEqual([null, null, null, null]);

  const registry = openRegistry(directory);
  const versions = await registry.history("main/shared");
  expect(twice).toEqual([]);
  expect(versions.map(({ version }) => version)).toEqual(versions.map((_, at) => at + 1));
  const filed = new Map(versions.map(({ version, template }) => [version, template]));
  for (const [number, text] of confirmed) expect(filed.get(number), `version ${number}`).toBe(text);
  expect(confirmed.size).toBeGreaterThanOrEqual(75 + 4 + 9 + 3 + 6);
  expect(await registry.environments()).toEqual(
    expect.arrayContaining(["production", "env-a", "env-b", "env-g"]),
  );
  expect((await registry.verify()).damage).toEqual([]);
}, 60_000);
