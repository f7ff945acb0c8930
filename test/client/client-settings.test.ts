import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type DaoOptOptions, mergeOptions } from "../../src/client/client-options.ts";
import { callSettings, clientSettings } from "../../src/client/client-settings.ts";
import { UsageError } from "../../src/core/errors.ts";
import { createMemoryTraces } from "../support/memory-traces.ts";

const settingsOf = (
  daoOpt: DaoOptOptions | undefined,
  libretto?: object,
  env: Readonly<Record<string, string>> = {},
) => clientSettings({ daoOpt, libretto }, { env });

describe("clientSettings", () => {
  it("records nothing unnamed, redacts nothing and waits for nothing by default", () => {
    expect(settingsOf(undefined)).toEqual({
      promptName: undefined,
      chatId: undefined,
      environment: undefined,
      allowsUnnamed: false,
      redactsPii: false,
      waitsForEvent: false,
      destination: { kind: "folder", folder: resolve(".dao-opt/traces") },
    });
  });

  it("accepts libretto's options under TypeScript and Python names, and prefers daoOpt", () => {
    const given = {
      promptTemplateName: "theirs",
      allowUnnamedPrompts: true,
      redact_pii: true,
      chat_id: "c",
      waitForEvent: true,
    };
    expect(settingsOf(undefined, given)).toMatchObject({
      promptName: "theirs",
      allowsUnnamed: true,
      redactsPii: true,
      chatId: "c",
      waitsForEvent: true,
    });
    expect(settingsOf({ promptName: "mine", redactPii: false, chatId: undefined }, given)).toMatchObject({
      promptName: "mine",
      redactsPii: false,
      chatId: "c",
    });
  });

  it("falls back on Libretto's variables", () => {
    const env = {
      LIBRETTO_TEMPLATE_NAME: "named",
      LIBRETTO_CHAT_ID: "chat",
      LIBRETTO_API_KEY: "key",
      LIBRETTO_API_PREFIX: "http://127.0.0.1:4040/api/",
      LIBRETTO_FEEDBACK_URL: "http://other.test/say",
    };
    expect(settingsOf(undefined, undefined, env)).toMatchObject({
      promptName: "named",
      chatId: "chat",
      destination: {
        kind: "server",
        apiKey: "key",
        addresses: {
          event: "http://127.0.0.1:4040/api/event",
          feedback: "http://other.test/say",
          updateChain: "http://127.0.0.1:4040/api/v1/updateChain",
        },
      },
    });
    const { destination } = settingsOf({ store: "here" }, undefined, env);
    expect(destination).toEqual({ kind: "folder", folder: resolve("here") });
    const settings = settingsOf({ url: "http://mine.test", apiKey: "mine" }, undefined, env);
    expect(settings.destination).toMatchObject({
      apiKey: "mine",
      addresses: { feedback: "http://mine.test/feedback" },
    });
  });

  it("derives the other addresses from one of them, and sends nothing anywhere else", () => {
    const env = { LIBRETTO_REPORTING_URL: "http://127.0.0.1:1/x/event" };
    expect(settingsOf(undefined, undefined, env).destination).toMatchObject({
      addresses: {
        event: "http://127.0.0.1:1/x/event",
        feedback: "http://127.0.0.1:1/x/feedback",
        updateChain: "http://127.0.0.1:1/x/v1/updateChain",
      },
    });
    expect(
      settingsOf(undefined, undefined, { LIBRETTO_API_KEY: "k", LIBRETTO_API_PREFIX: "" }).destination.kind,
    ).toBe("folder");
  });

  it("prefers this server's own key variable to Libretto's", () => {
    const env = { DAO_OPT_API_KEY: "own", LIBRETTO_API_KEY: "theirs" };
    expect(settingsOf({ url: "http://a.test" }, undefined, env).destination).toMatchObject({ apiKey: "own" });
  });

  it("writes into the traces of a state folder, and directly into any other", () => {
    expect(settingsOf({ store: "/app/.dao-opt" }).destination).toEqual({
      kind: "folder",
      folder: join("/app", ".dao-opt", "traces"),
    });
    expect(settingsOf({ store: "/app/log" }).destination).toEqual({ kind: "folder", folder: "/app/log" });
    const sink = createMemoryTraces();
    expect(settingsOf({ store: sink }).destination).toEqual({ kind: "sink", sink });
  });

  it.each([
    [{ store: "a", url: "http://a.test" }, "a store and a url"],
    [{ url: "127.0.0.1:4040" }, "not an http URL"],
    [{ url: "ftp://a.test" }, "not an http URL"],
    [{ url: "http://" }, "not an http URL"],
  ])("rejects %j", (daoOpt, reason) => {
    expect(() => settingsOf(daoOpt)).toThrow(UsageError);
    expect(() => settingsOf(daoOpt)).toThrow(reason);
  });
});

describe("callSettings", () => {
  const client = settingsOf({ promptName: "client", chatId: "chat" });

  it("take precedence over the client's", () => {
    expect(callSettings({}, client)).toMatchObject({
      promptName: "client",
      chatId: "chat",
      chainId: undefined,
    });
    expect(
      callSettings(
        { libretto: { promptTemplateName: "theirs", chatId: "c1", chain_id: "x" }, daoOpt: { chatId: "c2" } },
        client,
      ),
    ).toMatchObject({ promptName: "theirs", chatId: "c2", chainId: "x" });
  });

  it("give Libretto's older names the lowest precedence", () => {
    const nameless = settingsOf(undefined);
    expect(callSettings({ libretto: { api_name: "old" } }, nameless).promptName).toBe("old");
    expect(callSettings({ libretto: { apiName: "old" } }, client).promptName).toBe("client");
  });
});

describe("mergeOptions", () => {
  it("keeps what a derived client does not override", () => {
    const before = { daoOpt: { store: "a", promptName: "p", redactPii: true } };
    expect(mergeOptions(before, { daoOpt: { promptName: "q" } }).daoOpt).toEqual({
      store: "a",
      url: undefined,
      promptName: "q",
      redactPii: true,
    });
    expect(mergeOptions(before, { daoOpt: { url: "http://a.test" } }).daoOpt).toEqual({
      url: "http://a.test",
      promptName: "p",
      redactPii: true,
    });
    expect(mergeOptions(before, {})).toEqual({});
  });
});
