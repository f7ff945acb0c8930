import { describe, expect, it } from "vitest";
import { countTraces, createServerMetrics } from "../../src/server/server-metrics.ts";
import { createMemoryTraces } from "../support/memory-traces.ts";

const value = (text: string, name: string) =>
  text
    .split("\n")
    .find((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    ?.split(" ")
    .at(-1);

describe("createServerMetrics", () => {
  it("writes the Prometheus text format: cumulative buckets, few labels, a final newline", () => {
    const metrics = createServerMetrics("1.2.3");
    metrics.requestEnded("proxy", "POST", 200, 3);
    metrics.requestEnded("proxy", "POST", 200, 300_000);
    metrics.requestEnded("none", "BREW", 404, 0);
    metrics.streamOpened();
    metrics.streamOpened();
    metrics.streamClosed();
    const text = metrics.render();
    expect(text).toContain('dao_opt_info{version="1.2.3"} 1\n');
    expect(text).toContain('dao_opt_http_requests_total{group="proxy",method="POST",status="200"} 2\n');
    expect(text).toContain('dao_opt_http_requests_total{group="none",method="other",status="404"} 1\n');
    const bucket = (le: string) => `dao_opt_http_request_duration_seconds_bucket{group="proxy",le="${le}"}`;
    expect(
      [bucket("0.0025"), bucket("0.005"), bucket("60"), bucket("+Inf")].map((name) => value(text, name)),
    ).toEqual(["0", "1", "1", "2"]);
    expect(text).toContain('dao_opt_http_request_duration_seconds_sum{group="proxy"} 300.003\n');
    expect([value(text, "dao_opt_streams_open"), value(text, "dao_opt_streams_total")]).toEqual(["1", "2"]);
    const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(text.endsWith("\n")).toBe(true);
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{[^{}]*\})? [\d.e+-]+)$/);
    }
  });
});

describe("countTraces", () => {
  it("counts stored traces, and each loss once", async () => {
    const metrics = createServerMetrics("1");
    let lost = 0;
    const inner = {
      ...createMemoryTraces(),
      flush: async () => ({ count: lost }),
      close: async () => ({ count: lost }),
    };
    const traces = countTraces(inner, metrics);
    const count = (what: string) => value(metrics.render(), `dao_opt_traces_${what}_total`);
    traces.append({ traceId: "tr_1", startedAt: "2026-01-01T00:00:00.000Z" });
    traces.append({ traceId: "tr_2", startedAt: "2026-01-01T00:00:00.000Z" });
    await traces.flush();
    expect([count("appended"), count("lost")]).toEqual(["2", "0"]);
    lost = 1;
    await traces.flush();
    await traces.flush();
    expect(count("lost")).toBe("1");
    lost = 3;
    expect(await traces.close()).toEqual({ count: 3 });
    expect(count("lost")).toBe("3");
    expect(inner.kept).toHaveLength(2);
  });
});
