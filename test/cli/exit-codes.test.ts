import { describe, expect, test } from "vitest";
import { exitCodeOf, type isGateFailure, runExitCode, worstExit } from "../../src/cli/exit-codes.ts";
import {
  ConfigError,
  DatasetError,
  InterruptedError,
  ModelError,
  NotFoundError,
  OptimizationError,
  PluginError,
  ReplayError,
  ResumeError,
  StoreError,
  UsageError,
} from "../../src/core/errors.ts";
import { optimizationRecord } from "../support/run-records.ts";

describe("exit codes", () => {
  test.each([
    [2, new ConfigError([])],
    [2, new UsageError("x")],
    [2, new DatasetError("x")],
    [2, new PluginError("x")],
    [2, new NotFoundError("run", "x")],
    [2, new ResumeError("x")],
    [1, new StoreError("x")],
    [1, new ReplayError("x")],
    [1, new OptimizationError("x")],
    [1, new ModelError("x", { kind: "bad_request" })],
    [4, new ModelError("x", { kind: "auth" })],
    [4, new ModelError("x", { kind: "model_not_found" })],
    [4, new ModelError("x", { kind: "unreachable" })],
    [3, new InterruptedError("x", "max_calls")],
    [3, new InterruptedError("x", "max_cost")],
    [3, new InterruptedError("x", "timeout")],
    [130, new InterruptedError("x", "SIGINT")],
    [143, new InterruptedError("x", "SIGTERM")],
    [1, new TypeError("a bug")],
  ])("%i for %s", (code, error) => expect(exitCodeOf(error)).toBe(code));

  test("of several, the first in the order 2, 4, 130, 3, 1, 100, 0 wins", () => {
    const order = [2, 4, 130, 3, 1, 100, 0];
    for (const [at, code] of order.entries()) expect(worstExit([...order.slice(at)].reverse())).toBe(code);
    expect(worstExit([])).toBe(0);
  });
});

describe("exit code of a run", () => {
  const of = (
    statuses: readonly Parameters<typeof isGateFailure>[0][],
    error?: Error,
    failOn?: "regressed" | "no_proven_improvement",
  ) =>
    runExitCode(
      {
        optimizations: statuses.map((status) =>
          optimizationRecord({
            status,
            ...(status === "failed"
              ? { over: { error: { code: "optimization_failed", message: "x", hint: null } } }
              : {}),
          }),
        ),
      },
      error,
      failOn === undefined ? {} : { failOn },
    );

  test("is 0 for every verdict without --fail-on", () => {
    expect(of(["improved", "no_proven_improvement", "regressed"])).toBe(0);
  });

  test("is 100 if the verdict is as bad as --fail-on or worse", () => {
    expect(of(["no_proven_improvement"], undefined, "regressed")).toBe(0);
    expect(of(["regressed"], undefined, "regressed")).toBe(100);
    expect(of(["no_proven_improvement"], undefined, "no_proven_improvement")).toBe(100);
    expect(of(["regressed"], undefined, "no_proven_improvement")).toBe(100);
    expect(of(["improved"], undefined, "no_proven_improvement")).toBe(0);
  });

  test("a failed optimization is 1, before 100; the reason the run ended comes first", () => {
    expect(of(["failed", "regressed"], undefined, "regressed")).toBe(1);
    expect(of(["failed", "skipped"], new InterruptedError("x", "timeout"))).toBe(3);
    expect(of(["failed", "skipped"], new InterruptedError("x", "SIGINT"))).toBe(130);
    expect(of(["failed", "skipped"], new ModelError("x", { kind: "auth" }))).toBe(4);
  });
});
