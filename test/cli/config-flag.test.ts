import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { OpenAI } from "openai";
import { beforeEach, describe, expect, test } from "vitest";
import { type CommandSpec, flagsOf } from "../../src/cli/command-spec.ts";
import { commandSpecs } from "../../src/cli/commands/command-specs.ts";
import { runCli } from "../support/run-cli.ts";
import { serveCli } from "../support/serve-cli.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "dao-opt-config-flag-"));
});

const config = `resources:
  llms:
    quick: { name: tester/quick, provider: offline }
    broken: { name: tester/broken, provider: offline, simulate: { fault_rate: 1, seed: 3 } }
    real: { name: gpt-4o, api_key: "\${env:NOT_SET_HERE}" }
prompts:
  greet: { default_template: "Say hello to {{name}}." }
agents:
  greeter: { model: quick, prompt: greet }
datasets:
  people: { data: [{ inputs: { name: Ann }, expectations: { expected_response: hello } }] }
optimizations:
  prompt_optimizations:
    warmer: { agent: greeter, dataset_name: people }
    shorter: { agent: greeter, dataset_name: people }
`;

function everyAction(spec: CommandSpec, above = ""): (readonly [string, CommandSpec])[] {
  const path = `${above}${spec.name}`;
  const own = spec.load === undefined ? [] : [[path, spec] as const];
  return [...own, ...(spec.commands ?? []).flatMap((child) => everyAction(child, `${path} `))];
}

test.each(commandSpecs.flatMap((spec) => everyAction(spec)))("%s takes --config", async (path, spec) => {
  const own = (spec.own ?? []).map(([flags]) => flags);
  expect(flagsOf(spec).includes("config") || own.includes("--config <file>")).toBe(true);
  expect((await runCli([...path.split(" "), "--help"], { cwd })).stdout).toContain("--config <file>");
});

describe("commands with a special use of --config", () => {
  beforeEach(() => writeFileSync(join(cwd, "other.yaml"), config));

  test("offline-server serves the config's offline models, each with its simulate setting", async () => {
    const running = await serveCli(["offline-server", "--port", "0", "--json", "--config", "other.yaml"], {
      cwd,
    });
    const { url } = JSON.parse(running.ready) as { url: string };
    const client = new OpenAI({ apiKey: "none", baseURL: url, maxRetries: 0 });
    const listed = await client.models.list();
    expect(listed.data.map(({ id }) => id)).toEqual(["tester/quick", "tester/broken"]);
    const messages = [{ role: "user" as const, content: "Answer 'yes' or 'no'.\nText: fine" }];
    const answer = await client.chat.completions.create({ model: "tester/quick", messages });
    expect(answer.choices).toHaveLength(1);
    const fail = client.chat.completions
      .create({ model: "tester/broken", messages })
      .then(({ choices }) => choices.map(({ message }) => message.content));
    await expect(fail).rejects.toThrow();
    await running.stop();
  });

  test("offline-server: flags override simulate, and a config without offline models is rejected", async () => {
    const argv = ["offline-server", "--port", "0", "--json", "--config"];
    const running = await serveCli([...argv, "other.yaml", "--fault-rate", "0"], { cwd });
    const { url } = JSON.parse(running.ready) as { url: string };
    const client = new OpenAI({ apiKey: "none", baseURL: url, maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "Say hello." }];
    expect((await client.chat.completions.create({ model: "tester/broken", messages })).model).toBe(
      "tester/broken",
    );
    await running.stop();
    writeFileSync(join(cwd, "real.yaml"), "resources: { llms: { real: { name: gpt-4o } } }\n");
    expect(await runCli([...argv.slice(0, 3), "--config", "real.yaml"], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("real.yaml has no model with `provider: offline`"),
    });
    const twins =
      "{ a: { name: x, provider: offline }, b: { name: x, provider: offline, simulate: { seed: 2 } } }";
    writeFileSync(join(cwd, "twins.yaml"), `resources: { llms: ${twins} }\n`);
    expect(await runCli([...argv.slice(0, 3), "--config", "twins.yaml"], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("twins.yaml has two models named x"),
    });
  });

  test("schema lists the config's names for editors and still accepts any config", async () => {
    const plain = (await runCli(["schema"], { cwd })).json as { definitions: Record<string, unknown> };
    const named = (await runCli(["schema", "--config", "other.yaml"], { cwd })).json;
    const { definitions } = named as { definitions: { agent: { properties: Record<string, object> } } };
    expect(definitions.agent.properties).toMatchObject({
      model: { examples: ["quick", "broken", "real"] },
      prompt: { examples: ["greet"] },
    });
    expect(JSON.stringify(named)).toContain('"examples":["people"]');
    expect(JSON.stringify(plain)).not.toContain('"examples":["people"]');
    expect(
      new Ajv({ strict: false, validateFormats: false }).compile(named as object)({
        prompts: { x: { template: "Hi {{a}}" } },
      }),
    ).toBe(true);
    const both = await runCli(["schema", "--output", "run", "--config", "other.yaml"], { cwd });
    expect([both.exitCode, both.stderr]).toEqual([2, expect.stringContaining("--output")]);
  });

  test("completion suggests the config's optimizations for --only", async () => {
    const { stdout } = await runCli(["completion", "bash", "--config", "other.yaml"], { cwd });
    const script = join(cwd, "completion.bash");
    writeFileSync(script, stdout);
    const line = `source "$1"; COMP_WORDS=(dao-opt run --only ""); COMP_CWORD=3; _dao_opt; echo "\${COMPREPLY[@]}"`;
    const offered = execFileSync("bash", ["--norc", "-c", line, "bash", script], { cwd, encoding: "utf8" });
    expect(offered.trim()).toBe("warmer shorter");
  });

  test("init writes the config under that name and uses it in every suggested command", async () => {
    const { exitCode, stdout } = await runCli(["init", "kit", "--config", "dao-opt.yaml"], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("wrote kit/dao-opt.yaml\n");
    expect(stdout).toContain("next: cd kit && dao-opt run dao-opt.yaml\n");
    expect(readFileSync(join(cwd, "kit/dao-opt.yaml"), "utf8")).not.toContain(" config.yaml");
    expect((await runCli(["validate"], { cwd: join(cwd, "kit") })).exitCode).toBe(0);
    const outside = await runCli(["init", "kit2", "--config", "../x.yaml"], { cwd });
    expect([outside.exitCode, outside.stderr]).toEqual([
      2,
      expect.stringContaining("--config must be a file name"),
    ]);
  });
});
