import { describe, expect, test } from "vitest";
import { runOutputSchema } from "../../../src/cli/commands/run/output.ts";
import { ModelError } from "../../../src/core/errors.ts";
import { createWorldProject, type WorldProject } from "../../support/world-project.ts";

function withSecond(project: WorldProject): WorldProject {
  const { x } = project.config.optimizations.prompt_optimizations;
  project.config.prompts["q"] = { name: "q", default_template: "accuracy=0.2 Say: {{text}}" };
  project.config.optimizations.prompt_optimizations["y"] = { ...x, name: "y", prompt: "q" };
  project.save();
  return project;
}

describe("errors that concern all optimizations end the run", () => {
  test.each([
    ["auth", "the key is wrong"],
    ["model_not_found", "no such model"],
    ["quota", "the account is empty"],
    ["unreachable", "nobody answers"],
  ] as const)("%s: at once, with exit 4, later optimizations not begun", async (kind, message) => {
    const project = withSecond(createWorldProject());
    project.world.answer = () => new ModelError(message, { kind, hint: "mend it" });
    const { exitCode, json, stderr } = await project.run(["--json", "-j", "4"]);
    expect(exitCode).toBe(4);
    expect(project.world.calls.length).toBeLessThanOrEqual(4);
    const output = runOutputSchema.parse(json);
    expect(output).toMatchObject({
      status: "failed",
      exit_code: 4,
      optimizations: [
        {
          name: "x",
          status: "failed",
          error: { message: expect.stringContaining(message), hint: "mend it" },
        },
        { name: "y", status: "skipped", reason: expect.stringContaining("not begun: "), error: null },
      ],
    });
    expect(stderr).toContain("resume with:\n  dao-opt run config.yaml --resume ");
  });

  test("the error is repeated below the table, with its hint", async () => {
    const project = createWorldProject();
    project.world.answer = () =>
      new ModelError("the key is wrong", { kind: "auth", hint: "set OPENAI_API_KEY" });
    const { stderr } = await project.run();
    expect(stderr).toMatch(/error: .*the key is wrong\n {2}→ set OPENAI_API_KEY\n/);
  });

  test("a wrong key of the reflection model alone also ends it", async () => {
    const project = createWorldProject();
    const { answer } = project.world;
    project.world.answer = (request, spec) =>
      spec.name === "large" ? new ModelError("the key is wrong", { kind: "auth" }) : answer(request, spec);
    expect((await project.run()).exitCode).toBe(4);
  });
});

describe("errors of one row do not end the run", () => {
  test("a failed row is left out, counted, and shown with its cause", async () => {
    const project = createWorldProject({ rows: 120 });
    const { answer } = project.world;
    project.world.answer = (request, spec) =>
      JSON.stringify(request.messages).includes("row 7 says") ||
      JSON.stringify(request.messages).includes("row 8 says")
        ? new ModelError("too long for the model", { kind: "bad_request" })
        : answer(request, spec);
    const { exitCode, json, stderr } = await project.run(["--json", "-v"]);
    expect(exitCode).toBe(0);
    expect(runOutputSchema.parse(json).optimizations[0]?.status).toBe("improved");
    expect(stderr).toMatch(/x: row \w+ failed: .*too long for the model/);
  });

  test("a gate with too many failed rows fails the optimization, whatever the search found", async () => {
    const project = createWorldProject();
    const { answer } = project.world;
    project.world.answer = (request, spec) => {
      const isGate = project.world.calls.length > 25;
      const row = Number(/row (\d+)/.exec(JSON.stringify(request.messages))?.[1]);
      return isGate && row % 2 === 0
        ? new ModelError("overloaded", { kind: "bad_request" })
        : answer(request, spec);
    };
    const { exitCode, json } = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(exitCode).toBe(1);
    expect(one).toMatchObject({ status: "failed", optimized: null });
    expect(one?.best?.validation).toBeGreaterThan(0.95);
    expect(one?.error?.message).toMatch(
      /^30 of 60 rows failed, above max_error_rate 0.2; most frequent \(30\): .*overloaded$/,
    );
  });

  test("a failing source model costs the parity, not the verdict", async () => {
    const project = createWorldProject({ optimization: { source_model: "source" } });
    const { llms } = project.config.resources;
    llms["source"] = { ...llms["small"], name: "source" };
    project.save();
    const { answer } = project.world;
    project.world.answer = (request, spec) =>
      spec.name === "source" ? new ModelError("retired", { kind: "bad_request" }) : answer(request, spec);
    const { exitCode, json, stderr } = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(exitCode).toBe(0);
    expect(one?.status).toBe("improved");
    expect(one?.scores.source).toBeUndefined();
    expect(stderr).toMatch(/warning: x: no parity with the source model: 30 of 30 rows failed, .*retired\n/);
  });

  test("a search ended by failures drops its own calls in progress", async () => {
    const project = createWorldProject();
    const { answer } = project.world;
    project.world.optimize = async ({ seed, train, validation }, lab) => {
      const drafted = lab.draft({ p: "Broken: {{text}}" }, [seed.id]);
      const slow = lab.draft({ p: "Slow: {{text}}" }, [seed.id]);
      if (drafted.accepted && slow.accepted)
        await Promise.all([lab.evaluate(drafted.candidate, validation), lab.evaluate(slow.candidate, train)]);
      return { stopped: "max_steps", steps: 1 };
    };
    // Slow requests never return, and there is room for all: the run ends only if it drops them.
    project.world.latencyMs = (request) => (JSON.stringify(request.messages).includes("Slow") ? 600_000 : 0);
    project.world.answer = (request, spec) => {
      const text = JSON.stringify(request.messages);
      if (text.includes("Broken")) return new ModelError("fell over", { kind: "bad_request" });
      return answer(request, spec);
    };
    const { exitCode, stdout } = await project.run(["-j", "32"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("12 of 24 rows failed, above max_error_rate 0.2; most frequent (12): fell over");
  });
});

test("a listener that throws changes nothing", async () => {
  const project = createWorldProject();
  const { exitCode, stdout } = await project.run(["--events", "-"], {
    onStderr: () => {
      throw new Error("nobody reads this");
    },
  });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("1 improved, 0 unchanged, 0 failed");
});
