import { defineConfig } from "vitest/config";

// Thousands of simulations, whole searches over worlds, many processes: minutes, and seldom what a change breaks.
const slow = ["test/soundness/**/*.test.ts", "test/**/*.slow.test.ts"];

export default defineConfig({
  test: {
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [
            ...[
              "test/browser/**",
              "test/e2e/**",
              "test/kill/**",
              "test/load/**",
              "test/peers/**",
              "test/scale/**",
            ],
            "test/mlflow/*.test.ts",
            ...slow,
          ],
          testTimeout: 30_000,
          // One process runs many files and loads each module once: a third of the time of all was loading.
          isolate: false,
        },
      },
      { test: { name: "soundness", include: slow, testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        // Against other people's software, which is fetched first: one after the other, and in no hurry.
        test: {
          name: "peers",
          include: ["test/peers/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 1_200_000,
          hookTimeout: 1_200_000,
        },
      },
      {
        // Against a real `mlflow server`, which is fetched first.
        test: {
          name: "mlflow",
          include: ["test/mlflow/*.test.ts"],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 1_200_000,
        },
      },
      {
        // Against real Redis and PostgreSQL servers, which the suite starts on free ports.
        test: {
          name: "scale",
          include: ["test/scale/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        // In a real Chromium, which must be installed.
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          fileParallelism: false,
          // axe takes a minute for a long page on a busy machine.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: { name: "kill", include: ["test/kill/**/*.test.ts"], testTimeout: 600_000 },
      },
      {
        // One after the other: what they measure is their own.
        test: { name: "load", include: ["test/load/**/*.test.ts"], fileParallelism: false },
      },
    ],
  },
});
