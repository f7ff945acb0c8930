import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import type { JsonValue } from "../../../src/core/data/json.ts";
import type { MlflowCredentials } from "../../../src/mlflow/connection.ts";
import {
  createMlflowClient,
  type MlflowClient,
  type MlflowClientOptions,
} from "../../../src/mlflow/mlflow-client.ts";

export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What to answer: a status with JSON or a text, or whatever the function does to the socket. */
export type LoopbackAnswer =
  | {
      readonly status?: number;
      readonly json?: JsonValue;
      readonly text?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | ((response: ServerResponse) => void);

export interface LoopbackMlflow {
  readonly address: string;
  readonly seen: readonly SeenRequest[];
  close(): void;
  client(
    options?: MlflowClientOptions,
    credentials?: MlflowCredentials,
    kind?: MlflowClient["kind"],
  ): MlflowClient;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server of MLflow's paths for one test; `answer` gets the request and its number, from 0. */
export async function startLoopbackMlflow(
  answer: (request: SeenRequest, number: number) => LoopbackAnswer,
): Promise<LoopbackMlflow> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      const given = answer(one, seen.length - 1);
      if (typeof given === "function") return given(response);
      const { status = 200, json, text, headers: more = {} } = given;
      response.writeHead(status, {
        "content-type": text === undefined ? "application/json" : "text/html",
        ...more,
      });
      response.end(text ?? JSON.stringify(json ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  closing.push(close);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    seen,
    close,
    client: (options = {}, credentials = { kind: "none" }, kind = "mlflow") =>
      createMlflowClient({ kind, address, credentials }, { sleep: async () => {}, ...options }),
  };
}
