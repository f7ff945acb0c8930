import { UsageError } from "../../core/errors.ts";
import type { ApiKey } from "../../server/admission/check-key.ts";
import type { CliContext } from "../context.ts";

/** Default ports. */
export const servePort = 4040;
export const proxyPort = 4041;

/** Flags shared by the commands that run a server. */
export function serverFlagSpecs(port: number): readonly (readonly [flags: string, description: string])[] {
  return [
    ["--port <n>", `port to listen on (default: ${port}; 0 picks a free one)`],
    ["--host <address>", "address to listen on (default: 127.0.0.1); API keys are required beyond loopback"],
    ["--api-key <key>", "API key that clients must send [DAO_OPT_API_KEY]"],
    ["--read-only-key <key>", "API key for read access only [DAO_OPT_READ_ONLY_KEY]"],
    ["--redact", "remove personal data and keys from traces before they are stored"],
    ["--allow-host <name...>", "accept requests for these host names besides loopback"],
  ];
}

/** Address and access settings of a server command. */
export interface ServerFlags {
  readonly port: number;
  readonly host: string;
  readonly apiKeys: readonly ApiKey[];
  readonly allowedHosts: readonly string[];
  readonly allowedEndpoints: readonly string[];
}

/** Throws UsageError for an invalid port, origin or key. */
export function readServerFlags(
  options: Readonly<Record<string, unknown>>,
  { env }: Pick<CliContext, "env">,
  defaultPort: number,
): ServerFlags {
  const text = (name: string) => (typeof options[name] === "string" ? options[name] : undefined);
  const key = keyOf(text("apiKey") ?? env["DAO_OPT_API_KEY"], "--api-key");
  const readOnlyKey = keyOf(text("readOnlyKey") ?? env["DAO_OPT_READ_ONLY_KEY"], "--read-only-key");
  if (readOnlyKey !== undefined && key === undefined) {
    throw new UsageError("--read-only-key without --api-key would leave nobody who may write", {
      hint: "give both",
    });
  }
  const hosts = options["allowHost"];
  return {
    port: portOf(text("port"), defaultPort),
    host: (text("host") ?? "127.0.0.1").replace(/^\[(.*)\]$/, "$1"),
    apiKeys: [
      ...(key === undefined ? [] : [{ value: key }]),
      ...(readOnlyKey === undefined ? [] : [{ value: readOnlyKey, isReadOnly: true }]),
    ],
    allowedHosts: textsOf(hosts),
    allowedEndpoints: textsOf(options["allowEndpoint"]).map(originOf),
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url.origin;
  throw new UsageError(
    `--allow-endpoint must be an origin such as https://name.openai.azure.com, got "${text}"`,
  );
}

function portOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const port = Number(text);
  if (text.trim() === "" || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`--port must be a number from 0 to 65535, got "${text}"`);
  }
  return port;
}

/** Keys must be valid header values, or no client could send them. */
function keyOf(given: string | undefined, flag: string): string | undefined {
  if (given === undefined || given === "") return undefined;
  if (/^[\x21-\x7e]+$/.test(given)) return given;
  throw new UsageError(`${flag}: a key is made of visible ASCII characters, without spaces`);
}
