import { localImports } from "./local-imports.ts";
import type { Module } from "./module.ts";

/** Circles of imports, each once, at its shortest. Imports of types count: they tie two files as well. */
export function checkCycles(modules: readonly Module[]): readonly string[] {
  const targets = new Map(
    modules.map((module) => [module.path, [...new Set(localImports(module).map(({ to }) => to))]] as const),
  );
  const circles = new Map<string, readonly string[]>();
  for (const start of targets.keys()) {
    const circle = shortestWayBack(start, targets);
    const members = [...(circle ?? [])].sort().join(" ");
    if (circle !== undefined && !circles.has(members)) circles.set(members, circle);
  }
  return [...circles.values()].map(
    (circle) =>
      `${[...circle, circle[0]].join(" → ")}: imports run in a circle; move what is shared to a file below`,
  );
}

function shortestWayBack(
  start: string,
  targets: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const next of targets.get(file) ?? []) {
      if (next === start) return wayTo(file, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(end: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way = [end];
  for (let at = cameFrom.get(end); at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}
