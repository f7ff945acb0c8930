import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/core/text/secret.ts";
import { MlflowError } from "../../../src/mlflow/mlflow-error.ts";
import { type LoopbackAnswer, startLoopbackMlflow } from "./loopback-mlflow.ts";

const get = { method: "GET", path: "/api/2.0/mlflow/x" } as const;
const post = { method: "POST", path: "/api/2.0/mlflow/x", body: { a: 1 } } as const;
const password = "correct horse battery";

async function failure(answer: LoopbackAnswer, options = {}, request: Parameters<typeof call>[0] = get) {
  const server = await startLoopbackMlflow(() => answer);
  const client = server.client(options, { kind: "basic", username: "ann", password: new Secret(password) });
  const error = await call(request, client);
  return { error, server };
}

async function call(
  request: typeof get | typeof post,
  client: ReturnType<Awaited<ReturnType<typeof startLoopbackMlflow>>["client"]>,
): Promise<MlflowError> {
  const thrown: unknown = await client.call(request).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(MlflowError);
  return thrown as MlflowError;
}

describe("a call", () => {
  it("sends credentials, query and body, and reads integers beyond 2^53 as strings", async () => {
    const server = await startLoopbackMlflow(() => ({
      text: '{"at": 1795957290249692299, "in": "1795957290249692299", "share": 0.1250000000000000000, "n": 7}',
    }));
    const client = server.client({}, { kind: "bearer", token: new Secret("token-1") });
    const answer = await client.call({
      ...post,
      query: { page_token: "ab==", ids: ["1", "2"], none: undefined },
    });
    expect(answer).toEqual({
      at: "1795957290249692299",
      in: "1795957290249692299",
      share: 0.125,
      n: 7,
    });
    expect(server.seen).toMatchObject([
      {
        method: "POST",
        path: "/api/2.0/mlflow/x?page_token=ab%3D%3D&ids=1&ids=2",
        headers: { authorization: "Bearer token-1", "content-type": "application/json" },
        body: '{"a":1}',
      },
    ]);
  });

  it.each([
    [
      {
        status: 401,
        text: "You are not authenticated.",
        headers: { "www-authenticate": 'Basic realm="mlflow"' },
      },
      { code: "mlflow_auth", kind: "unauthorized" },
      "answered 401 to GET /api/2.0/mlflow/x: You are not authenticated.",
      "check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
    ],
    [
      { status: 403, text: "Invalid Host header - possible DNS rebinding attack detected" },
      { code: "mlflow_auth", kind: "forbidden" },
      "answered 403",
      "--allowed-hosts",
    ],
    [
      { status: 403, text: "Cross-origin request blocked" },
      { kind: "forbidden" },
      "Cross-origin request blocked",
      "--cors-allowed-origins",
    ],
    [
      { status: 403, json: { error_code: "PERMISSION_DENIED", message: "Permission denied" } },
      { kind: "forbidden", serverCode: "PERMISSION_DENIED" },
      ": Permission denied",
      "have the permission granted",
    ],
    [
      { status: 404, json: { error_code: "RESOURCE_DOES_NOT_EXIST", message: "No\nrun 'x'" } },
      { code: "mlflow_failed", kind: "not_found", serverCode: "RESOURCE_DOES_NOT_EXIST" },
      ": No run 'x'",
      undefined,
    ],
    [
      { status: 404, text: "<html><head><title>404 Not\n Found</title></head><body>nginx</body></html>" },
      { code: "mlflow_unconfigured", kind: "not_mlflow" },
      ": 404 Not Found",
      "is this the address of an MLflow server",
    ],
    [
      { status: 400, json: { error_code: "RESOURCE_ALREADY_EXISTS", message: "exists" } },
      { kind: "conflict" },
      "answered 400",
      undefined,
    ],
    [
      { status: 422, json: { detail: [{ msg: "field required" }] } },
      { kind: "rejected" },
      "field required",
      undefined,
    ],
    [
      { status: 501, json: { error_code: "NOT_IMPLEMENTED", message: "FileStore has none" } },
      { kind: "unsupported" },
      "FileStore has none",
      "sqlite:///mlflow.db",
    ],
    [{ text: "<title>Welcome</title>" }, { kind: "not_mlflow" }, "not JSON: Welcome", "is this the address"],
    [
      { status: 302, headers: { location: "/oauth/login?next=x" } },
      { kind: "redirect" },
      "answered 302",
      "looks like a login page",
    ],
  ] as const)("names what %o means, and what to do", async (answer, members, message, hint) => {
    const { error, server } = await failure(answer);
    expect(error).toMatchObject(members);
    expect(error.message).toContain(`MLflow at ${server.address} `);
    expect(error.message).toContain(message);
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toContain(hint);
    expect(server.seen).toHaveLength(1);
  });

  it("never follows a redirect, which would forward the credentials", async () => {
    const other = await startLoopbackMlflow(() => ({}));
    const { error } = await failure({ status: 307, headers: { location: `${other.address}/x` } });
    expect(error).toMatchObject({ kind: "redirect", hint: expect.stringContaining(`${other.address}/x`) });
    expect(other.seen).toEqual([]);
  });

  it("masks credentials echoed by the server", async () => {
    const encoded = Buffer.from(`ann:${password}`).toString("base64");
    const { error } = await failure({
      status: 400,
      json: { message: `no: ${password} and Basic ${encoded}` },
    });
    expect(error.message).toContain("no: [secret]");
    expect(`${error.message}${error.hint}${error.stack}`).not.toContain(password);
    expect(error.message).not.toContain(encoded.slice(8));
  });

  it("names an address where nothing listens", async () => {
    const server = await startLoopbackMlflow(() => ({}));
    server.close();
    const waits: number[] = [];
    const client = server.client({ sleep: async (ms) => void waits.push(ms) });
    expect(await call(post, client)).toMatchObject({
      code: "mlflow_unreachable",
      kind: "unreachable",
      systemCode: "ECONNREFUSED",
      message: `MLflow at ${server.address} cannot be reached for POST /api/2.0/mlflow/x: ECONNREFUSED`,
      hint: expect.stringContaining("MLFLOW_TRACKING_URI"),
    });
    // Nothing had arrived, so even this one may be repeated.
    expect(waits).toHaveLength(3);
  });

  it("times out on a slow server without a retry", async () => {
    const { error, server } = await failure(() => {}, { timeoutMs: 50 });
    expect(error).toMatchObject({ code: "mlflow_unreachable", kind: "timeout" });
    expect(error.message).toContain("did not answer GET /api/2.0/mlflow/x within 0.05 s");
    expect(server.seen).toHaveLength(1);
  });

  it("ends with the reason of its signal", async () => {
    const stop = new AbortController();
    const server = await startLoopbackMlflow(() => () => stop.abort(new Error("Ctrl-C")));
    await expect(server.client().call({ ...get, signal: stop.signal })).rejects.toThrow("Ctrl-C");
    expect(server.seen).toHaveLength(1);
  });
});

describe("another attempt", () => {
  const half: LoopbackAnswer = (response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write('{"records": "[{', () => response.destroy());
  };
  const reset: LoopbackAnswer = (response) => response.destroy();
  const cut: LoopbackAnswer = { text: '{"records": "[{' };
  const busy: LoopbackAnswer = { status: 503, text: "upstream connect error" };

  it.each([
    ["half a page", half],
    ["a reset", reset],
    ["JSON that is cut off", cut],
    ["a 503", busy],
  ] as const)("follows %s, where the request may arrive twice", async (_, fault) => {
    const answers = (_request: unknown, number: number): LoopbackAnswer =>
      number < 2 ? fault : { json: { ok: true } };
    const server = await startLoopbackMlflow(answers);
    expect(await server.client().call(get)).toEqual({ ok: true });
    expect(server.seen).toHaveLength(3);
    const once = await startLoopbackMlflow(answers);
    expect((await call(post, once.client())).isPassing).toBe(true);
    expect(once.seen).toHaveLength(1);
  });

  it("is at most the fourth", async () => {
    const { error, server } = await failure(busy);
    expect(error).toMatchObject({ kind: "server", status: 503 });
    expect(server.seen).toHaveLength(4);
  });

  it("waits as long as Retry-After says, for any request, but not for minutes", async () => {
    const waits: number[] = [];
    const limited = (seconds: string) =>
      startLoopbackMlflow((_request, number) =>
        number === 0 ? { status: 429, headers: { "retry-after": seconds } } : { json: { ok: true } },
      );
    const options = { sleep: async (ms: number) => void waits.push(ms) };
    expect(await (await limited("7")).client(options).call(post)).toEqual({ ok: true });
    expect(waits).toEqual([7000]);
    expect(await call(post, (await limited("600")).client(options))).toMatchObject({
      kind: "rate_limit",
      retryAfterMs: 600_000,
    });
  });
});
