import { randomBytes } from "node:crypto";
import { hostname } from "node:os";

/** Names this process in a shared database, and what it opens there apart from what others do. */
export function newOwnerName(): string {
  return `${hostname()} ${process.pid} ${randomBytes(6).toString("hex")}`;
}

/** `process 4711 on build-3`. */
export function shownOwner(name: string): string {
  const [host, pid] = name.split(" ");
  return `process ${pid} on ${host}`;
}
