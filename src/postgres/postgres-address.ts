import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import type { ConnectionOptions } from "node:tls";
import { defined } from "../core/defined.ts";
import { UsageError } from "../core/errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a database is, with its credentials: kept in memory only. */
export interface PostgresAddress {
  /** Without user, password and options, for messages. */
  readonly shown: string;
  /** Options of the driver's client. */
  readonly options: Readonly<Record<string, unknown>>;
}

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
type SslMode = (typeof sslModes)[number];

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`; what it lacks comes from the standard PG
 * variables. Throws UsageError, which never quotes the password; `name` is the flag or key.
 */
export function readPostgresAddress(text: string, env: Environment, name: string): PostgresAddress {
  // As in `postgres://user@/database?host=/run/postgresql`, which URLs of the web do not allow.
  const isHostless = /^postgres(ql)?:\/\/[^/?#]*@(?=[/?]|$)/i.test(text);
  const whole = isHostless ? text.replace(/^[^/?#]*\/\/[^/?#]*@/, "$&localhost") : text;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  // A password with an unencoded slash ends the host too early.
  const isSplit = url?.pathname.includes("@") === true;
  if (url === undefined || isSplit || !/^postgres(ql)?:$/.test(url.protocol)) {
    const shown = withoutCredentials(text);
    throw new UsageError(`${name}: expected an address such as postgres://host/database, got "${shown}"`, {
      hint: "encode characters such as @ and / in a password as %40 and %2F",
    });
  }
  const parameter = (key: string) => url.searchParams.get(key) ?? undefined;
  const host =
    parameter("host") ?? nonEmpty(isHostless ? "" : decoded(url.hostname)) ?? env["PGHOST"] ?? "localhost";
  const portText = nonEmpty(url.port) ?? parameter("port") ?? nonEmpty(env["PGPORT"] ?? "") ?? "5432";
  const port = Number(portText);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`${name}: the port must be a number from 1 to 65535, got "${portText}"`);
  const database = nonEmpty(decoded(url.pathname.slice(1))) ?? env["PGDATABASE"];
  const user = nonEmpty(decoded(url.username)) ?? parameter("user") ?? env["PGUSER"] ?? systemUser();
  const password = nonEmpty(decoded(url.password)) ?? parameter("password") ?? env["PGPASSWORD"];
  const mode = parameter("sslmode") ?? env["PGSSLMODE"];
  if (mode !== undefined && !isSslMode(mode))
    throw new UsageError(`${name}: sslmode must be one of ${sslModes.join(", ")}, got "${mode}"`);
  const files = {
    ca: parameter("sslrootcert") ?? env["PGSSLROOTCERT"],
    cert: parameter("sslcert") ?? env["PGSSLCERT"],
    key: parameter("sslkey") ?? env["PGSSLKEY"],
  };
  return {
    shown: `postgres://${host}:${port}/${database ?? user ?? ""}`,
    options: defined({
      ...{ port, user, password },
      // Sockets take the address of IPv6 without its brackets.
      host: host.replace(/^\[(.*)\]$/, "$1"),
      database: database ?? user,
      options: parameter("options") ?? env["PGOPTIONS"],
      statement_timeout: milliseconds(parameter("statement_timeout")),
      application_name: parameter("application_name") ?? env["PGAPPNAME"] ?? "dao-opt",
      ssl: tlsOf(mode, files, name),
    }),
  };
}

/** The user of this process, as psql does; undefined if the system does not list it. */
function systemUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** As psql does: `require` encrypts, and verifies the server only if a root certificate is given. */
function tlsOf(
  mode: SslMode | undefined,
  files: Readonly<Record<"ca" | "cert" | "key", string | undefined>>,
  name: string,
): ConnectionOptions | false {
  // Without a value, the driver would follow PGSSLMODE by rules of its own, even if the address has another mode.
  if (mode === undefined || ["disable", "allow", "prefer"].includes(mode)) return false;
  const read = (file: string | undefined): string | undefined => {
    if (file === undefined || file === "system") return undefined;
    try {
      return readFileSync(file, "utf8");
    } catch (cause) {
      throw new UsageError(`${name}: ${file} cannot be read`, { cause });
    }
  };
  const ca = read(files.ca);
  const isVerified = mode !== "require" || ca !== undefined;
  return defined({
    ...{ ca, cert: read(files.cert), key: read(files.key) },
    rejectUnauthorized: isVerified,
    checkServerIdentity: isVerified && mode !== "verify-full" ? () => undefined : undefined,
  });
}

/** A text that is no address, for a message. Passwords may be where nobody expects them. */
function withoutCredentials(text: string): string {
  return text
    .replace(/^([a-z][a-z\d+.-]*:(?:\/\/)?)?.*@/is, (_all, scheme: string | undefined) =>
      scheme?.endsWith("//") === true ? scheme : "",
    )
    .replace(/[?#].*$/s, "")
    .replace(/(password\s*=).*$/is, "$1…");
}

function isSslMode(text: string): text is SslMode {
  return (sslModes as readonly string[]).includes(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function nonEmpty(text: string): string | undefined {
  return text === "" ? undefined : text;
}

function milliseconds(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
