import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { runOutputSchema } from "../../../src/cli/commands/run/output.ts";
import { createHttpProject, offlineAnswer } from "../../support/http-project.ts";
import { startLoopbackOpenAI } from "../../support/loopback-openai.ts";

// An application behind a URL, compared with its own count of the attempts that may be billed.

type Fault = (response: ServerResponse) => void;
const status =
  (code: number): Fault =>
  (response) =>
    void response.writeHead(code).end("{}");
const page: Fault = (response) =>
  void response.writeHead(200, { "content-type": "text/html" }).end("<html><title>Busy</title></html>");
const drop: Fault = (response) => void response.socket?.destroy();

/** The application. `fault` is what happens to every third request. */
async function startApplication(fault: Fault, isBilled: boolean) {
  const count = { sent: 0, billable: 0 };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const isFaulty = count.sent++ % 3 === 2;
      if (!isFaulty || isBilled) count.billable++;
      if (isFaulty) return fault(response);
      const { inputs, prompts, model } = JSON.parse(body);
      const content = String(prompts.sentiment).replace("{{text}}", inputs.text);
      const answer = offlineAnswer({ model: model.name, messages: [{ role: "user", content }] });
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}/run`, count, close };
}

test.each<[string, Fault, boolean]>([
  ["500", status(500), true],
  ["503", status(503), false],
  ["429", status(429), false],
  ["web pages", page, true],
  ["dropped connections", drop, true],
])("%s: `--max-calls` and the account count attempts as the application does", async (_, fault, isBilled) => {
  const models = await startLoopbackOpenAI({ answer: offlineAnswer });
  const application = await startApplication(fault, isBilled);
  try {
    const project = createHttpProject({ baseUrl: models.baseUrl, model: { retries: 4 } });
    Object.assign(project.config, {
      agents: { a: { name: "a", model: "small", prompt: "sentiment", run: { http: application.url } } },
    });
    project.save();
    const args = ["--json", "-j", "4", "--max-calls", "70"];
    const env = { OPENAI_API_KEY: "sk-test" };
    const first = await project.run(args, { env });
    expect(first.exitCode, first.stderr).toBe(3);
    expect(application.count.billable + models.count).toBe(70);
    const { optimizations } = runOutputSchema.parse(first.json);
    const total = optimizations[0]?.usage.total;
    expect((total?.calls ?? 0) + (total?.lost_calls ?? 0)).toBe(70);
    expect(total?.retries).toBeGreaterThan(0);
    // The journal has the same account as the session that wrote it.
    const resumed = await project.run(["--json", "-j", "4", "--resume"], { env });
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    const whole = runOutputSchema.parse(resumed.json).optimizations[0]?.usage.total;
    expect((whole?.calls ?? 0) + (whole?.lost_calls ?? 0)).toBe(application.count.billable + models.count);
  } finally {
    await application.close();
    await models.close();
  }
});
