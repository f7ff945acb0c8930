import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it arrived. */
export interface WorkspaceRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface WorkspaceAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface WorkspaceOptions {
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Of a token; default: an hour. */
  readonly expiresInSeconds?: number;
  /** The raw answer to a request for a token in place of the protocol's. */
  readonly answerToken?: (index: number) => WorkspaceAnswer | undefined;
  /** The raw answer to any other request. */
  readonly answer?: (request: WorkspaceRequest) => WorkspaceAnswer | undefined;
}

/** A Databricks workspace on this machine: OAuth for service principals, models, and what else a test answers. */
export interface LoopbackDatabricks {
  /** `http://127.0.0.1:PORT` */
  readonly host: string;
  /** The same server at an address that does not count as this machine. */
  readonly remoteHost: string;
  readonly requests: readonly WorkspaceRequest[];
  readonly tokenRequests: readonly WorkspaceRequest[];
  close(): Promise<void>;
}

export const principal = { clientId: "0f6a1c6e-client", clientSecret: "dose0123456789abcdef" };

/**
 * The protocol as Databricks' Python SDK 0.162 uses it: `POST /oidc/v1/token` with the principal as basic login and
 * `grant_type=client_credentials&scope=all-apis` as form. Each token is another one. Requests with other bearer tokens
 * are rejected.
 */
export async function startLoopbackDatabricks(options: WorkspaceOptions = {}): Promise<LoopbackDatabricks> {
  const { clientId, clientSecret } = { ...principal, ...options };
  const requests: WorkspaceRequest[] = [];
  const tokenRequests: WorkspaceRequest[] = [];
  const issued = new Set<string>();
  const login = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;

  function tokenAnswer({ method, headers, body }: WorkspaceRequest, index: number): WorkspaceAnswer {
    const own = options.answerToken?.(index);
    if (own !== undefined) return own;
    const form = new URLSearchParams(body);
    if (method !== "POST" || headers["content-type"] !== "application/x-www-form-urlencoded")
      return { status: 400, body: { error: "invalid_request" } };
    if (form.get("grant_type") !== "client_credentials" || form.get("scope") !== "all-apis")
      return { status: 400, body: { error: "unsupported_grant_type" } };
    if (headers.authorization !== login)
      return {
        status: 401,
        body: { error: "invalid_client", error_description: "Client authentication failed" },
      };
    const token = `workspace-token-${index}-${Math.random().toString(36).slice(2)}`;
    issued.add(token);
    return {
      status: 200,
      body: {
        ...{ access_token: token, token_type: "Bearer", scope: "all-apis" },
        expires_in: options.expiresInSeconds ?? 3600,
      },
    };
  }

  function answer(request: WorkspaceRequest): WorkspaceAnswer {
    const own = options.answer?.(request);
    if (own !== undefined) return own;
    const [, token = ""] = /^Bearer (.*)$/.exec(request.headers.authorization ?? "") ?? [];
    if (!issued.has(token)) return { status: 401, body: { error_code: "401", message: "Invalid Token" } };
    return {
      status: 200,
      body: {
        ...{ id: "c", object: "chat.completion", created: 0, model: "m" },
        choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      },
    };
  }

  const server = createServer((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on("data", (piece: Buffer) => pieces.push(piece));
    incoming.on("end", () => {
      const { method = "", url: path = "", headers } = incoming;
      const request = { method, path, headers, body: Buffer.concat(pieces).toString() };
      const isToken = path === "/oidc/v1/token";
      const sent = isToken ? tokenAnswer(request, tokenRequests.length) : answer(request);
      (isToken ? tokenRequests : requests).push(request);
      const text = typeof sent.body === "string" ? sent.body : JSON.stringify(sent.body);
      response.writeHead(sent.status, { "content-type": "application/json", ...sent.headers });
      response.end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `http://127.0.0.1:${port}`,
    remoteHost: `http://0.0.0.0:${port}`,
    requests,
    tokenRequests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
