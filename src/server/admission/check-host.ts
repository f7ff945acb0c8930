import { isIP } from "node:net";
import type { Problem } from "../problem.ts";

export interface HostPolicy {
  /** Address the server listens on. */
  readonly listensOn: string;
  /** Names it may be called by, besides the loopback ones. */
  readonly allowedHosts: readonly string[];
}

/**
 * A page of another site can make a browser call a server on this machine by a name of that site (DNS rebinding);
 * the Host header then holds that name. On loopback only loopback's own names are taken. On another address,
 * which needs a key, any name goes unless some are given.
 */
export function checkHost(
  header: string | undefined,
  { listensOn, allowedHosts }: HostPolicy,
): Problem | undefined {
  const host = hostOf(header);
  if (host === undefined)
    return { status: 400, code: "host_invalid", message: "the Host header is not a host" };
  if (isLoopbackHost(host) || allowedHosts.includes(host)) return undefined;
  const isOpen = allowedHosts.length === 0 && !isLoopbackHost(listensOn);
  if (isOpen || (!isLoopbackHost(listensOn) && isIP(host) !== 0)) return undefined;
  return {
    status: 421,
    code: "host_refused",
    message: `this server does not answer to the name "${host}"`,
    hint: `call it by its address, or start it with --allow-host ${host}`,
  };
}

/** Host of a header in small letters, without port and without the brackets of an IPv6 address. */
function hostOf(header: string | undefined): string | undefined {
  const [, bracketed, plain] =
    /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? "") ?? [];
  return (bracketed ?? plain)?.toLowerCase().replace(/\.$/, "");
}

/** `localhost`, what ends in `.localhost` (RFC 6761), 127.0.0.0/8 and ::1. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|[a-z0-9.-]+\.localhost|127(\.\d{1,3}){3}|::1)$/i.test(host.replace(/^\[|\]$/g, ""));
}
