import { hostname } from "node:os";
import { newOwner } from "../../disk/lock.ts";

/** Names this process in a shared database, and what it opens there apart from what others do. */
export function newOwnerName(): string {
  const { token, identity } = newOwner();
  return `${hostname()} ${identity?.pid ?? "?"} ${token}`;
}

/** `process 4711 on build-3`; `a process on build-3` where the system does not number itself. */
export function shownOwner(name: string): string {
  const [host, pid] = name.split(" ");
  return `${pid === "?" ? "a process" : `process ${pid}`} on ${host}`;
}
