import { spawn } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { newOwner } from "../../../src/disk/lock.ts";
import { openFolderAnswers } from "../../../src/run/answers/folder-answers.ts";
import { openFolderClaims } from "../../../src/run/answers/folder-claims.ts";
import { addressOf, exchange, question } from "../../suites/shared-answers.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "dao-opt-claims-")), "claims");
});
const a = addressOf("a");

/** The owner file of a process that has ended. */
async function deadOwner(): Promise<string> {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
  const startedAt = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  const { identity } = newOwner();
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.kill("SIGKILL");
  await ended;
  return JSON.stringify({ token: "dead", identity: { ...identity, pid: child.pid, startedAt } });
}

/** An owner on another machine: its process cannot be looked up. */
const stranger = JSON.stringify({ token: "far" });

describe.runIf(process.platform === "linux")("claims of a folder, by processes of this machine", () => {
  test("the claim of a killed process is taken over at once, by one process", async () => {
    const dead = await deadOwner();
    mkdirSync(folder);
    const all = Array.from({ length: 5 }, () => openFolderClaims(folder));
    for (const one of all) await one.claim(addressOf("warm"));
    writeFileSync(join(folder, a), dead);
    const taken = await Promise.all(all.map((one) => one.claim(a)));
    expect(taken.filter(({ isOwned }) => isOwned)).toHaveLength(1);
    for (const one of all) one.close();
  });

  test("leftovers of killed processes are removed by the next one", async () => {
    const dead = await deadOwner();
    mkdirSync(folder);
    for (const name of ["owner.dead", a, addressOf("b")]) writeFileSync(join(folder, name), dead);
    writeFileSync(join(folder, addressOf("far")), stranger);
    const claims = openFolderClaims(folder);
    await claims.claim(addressOf("c"));
    expect(readdirSync(folder).filter((name) => !name.startsWith("owner."))).toEqual(
      [addressOf("c"), addressOf("far")].toSorted(),
    );
    claims.close();
    expect(readdirSync(folder)).toEqual([addressOf("far")]);
  });
});

describe("claims of a folder", () => {
  test("a live owner keeps its claim beyond the lease, because it renews it", async () => {
    const leaseMs = 200;
    const [one, two] = [openFolderClaims(folder, { leaseMs }), openFolderClaims(folder, { leaseMs })];
    await one.claim(a);
    for (let look = 0; look < 20; look++) {
      expect(await two.claim(a)).toMatchObject({ isOwned: false });
      await sleep(40);
    }
    one.release(a);
    expect(await two.claim(a)).toEqual({ isOwned: true });
    two.close();
  });

  test("an owner that comes back after it lost its claim does not end the other's", async () => {
    const [one, two] = [openFolderClaims(folder), openFolderClaims(folder)];
    await one.claim(a);
    // As a process does that takes over.
    unlinkSync(join(folder, a));
    expect(await two.claim(a)).toEqual({ isOwned: true });
    one.release(a);
    expect(await one.claim(a)).toMatchObject({ isOwned: false });
    two.release(a);
    expect(await one.claim(a)).toEqual({ isOwned: true });
    for (const claims of [one, two]) claims.close();
  });

  test("an owner that cannot be looked up loses its claim after a lease of silence, whatever its clock says", async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, a), stranger);
    utimesSync(join(folder, a), new Date("2099-01-01"), new Date("2099-01-01"));
    const claims = openFolderClaims(folder, { leaseMs: 200 });
    const started = performance.now();
    while (!(await claims.claim(a)).isOwned) await sleep(20);
    expect(performance.now() - started).toBeGreaterThan(190);
    claims.close();
  });

  test("a claim file with any content ends with its lease", async () => {
    mkdirSync(folder);
    for (const [at, text] of ["", "{", "null", "[]", '{"token":3}'].entries())
      writeFileSync(join(folder, addressOf(`${at}`)), text);
    const claims = openFolderClaims(folder, { leaseMs: 100 });
    for (let at = 0; at < 5; at++) while (!(await claims.claim(addressOf(`${at}`))).isOwned) await sleep(20);
    claims.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a folder that cannot hold claims is reported once, and every question is asked", async () => {
    writeFileSync(folder, "a file");
    const failures: string[] = [];
    const claims = openFolderClaims(folder, { onFailure: ({ message }) => failures.push(message) });
    expect(await Promise.all([claims.claim(a), claims.claim(a)])).toEqual([
      { isOwned: true },
      { isOwned: true },
    ]);
    claims.release(a);
    claims.close();
    expect(failures).toEqual([expect.stringContaining("EEXIST")]);
  });

  test("an answer after a torn line of a killed process is found by the process that waits", async () => {
    const cache = join(folder, "cache");
    const [one, two] = [openFolderAnswers(cache), openFolderAnswers(cache)];
    const near = `${a.slice(0, 10)}${"1".repeat(54)}`;
    one.put(near, exchange("first"));
    await one.flush();
    appendFileSync(join(cache, "rules-2", `${a.slice(0, 2)}.jsonl`), '{"rules":2,"addr');
    const three = openFolderAnswers(cache);
    expect(await three.find(near, question)).toEqual(exchange("first"));
    await two.find(a, question);
    await three.claim(a, question);
    three.put(a, exchange("second"));
    await three.release(a);
    expect(await two.claim(a, question)).toEqual({ state: "answered", exchange: exchange("second") });
    for (const door of [one, two, three]) await door.close();
  });
});
