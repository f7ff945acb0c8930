#!/usr/bin/env node
import { existsSync, readFileSync } from "node:fs";

const argv = process.argv.slice(2);
const entry = new URL("../dist/cli.js", import.meta.url);

if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  // The answer to --version is one file away; the rest of the tool is not loaded for it.
  process.stdout.on("error", ({ code, message }) => {
    if (code === "EPIPE") return;
    const reason = code === "ENOSPC" ? "the disk is full" : message;
    process.stderr.write(
      `error: the output cannot be written: ${reason}\n  → free some space or choose another place\n`,
    );
    process.exitCode = 1;
  });
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  process.stdout.write(`${version}\n`);
} else if (existsSync(entry)) {
  try {
    const { runProcess } = await import(entry.href);
    await runProcess(argv);
  } catch (error) {
    // Loading a module opens a file, too: where none is left, nothing but this file can say so.
    if (error?.code !== "EMFILE" && error?.code !== "ENFILE") throw error;
    process.stderr.write("error: too many files are open\n  → raise the limit: ulimit -n 1024\n");
    process.exitCode = 1;
  }
} else {
  process.stderr.write("dao-opt is not built yet: run `npm run build` in its folder\n");
  process.exitCode = 1;
}
