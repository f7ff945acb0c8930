import { expect, it } from "vitest";
import { serverKey, startHumanloopWorld } from "./humanloop-world.ts";
import { preparePython } from "./python-venv.ts";

const seed = "20261121";
const examples = "15";
const seconds = "110";

it("schemathesis finds no server failure and no undocumented answer", async () => {
  const python = await preparePython("schemathesis");
  const world = await startHumanloopWorld();
  try {
    const { code, output } = (await python.run("schemathesis_run.py", {
      SCHEMA_URL: `${world.url}/openapi.json`,
      API_KEY: serverKey,
      SEED: seed,
      EXAMPLES: examples,
      SECONDS: seconds,
    })) as { code: number; output: string };
    const { stderr } = await world.command.stop();
    expect(code, output + stderr).toBe(0);
    console.log(output.slice(output.lastIndexOf("SUMMARY")));
  } finally {
    await world.close();
  }
});
