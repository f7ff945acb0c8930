import { userInfo } from "node:os";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/core/errors.ts";
import { asciiText } from "../../src/postgres/ascii-json.ts";
import { readPostgresAddress } from "../../src/postgres/postgres-address.ts";
import { PostgresError, postgresErrorOf } from "../../src/postgres/postgres-error.ts";

const read = (url: string, env: Record<string, string> = {}) => readPostgresAddress(url, env, "--answers");

describe("addresses of databases", () => {
  test("are read with their credentials, and shown without", () => {
    const { shown, options } = read("postgres://ada:p%40ss%2Fw@db.example.com:6543/team?application_name=ci");
    expect(shown).toBe("postgres://db.example.com:6543/team");
    expect(options).toMatchObject({
      ...{ host: "db.example.com", port: 6543, user: "ada", password: "p@ss/w", database: "team" },
      application_name: "ci",
    });
  });

  test("take what they lack from the standard variables", () => {
    const env = {
      PGHOST: "h",
      PGPORT: "7",
      PGUSER: "u",
      PGPASSWORD: "p",
      PGDATABASE: "d",
      PGOPTIONS: "-c x=1",
    };
    expect(read("postgres://", env)).toEqual({
      shown: "postgres://h:7/d",
      options: {
        ...{ host: "h", port: 7, user: "u", password: "p", database: "d", options: "-c x=1" },
        application_name: "dao-opt",
        ssl: false,
      },
    });
    expect(read("postgresql://[::1]/x", env)).toMatchObject({
      shown: "postgres://[::1]:7/x",
      options: { host: "::1", database: "x", user: "u" },
    });
    expect(read("postgres:///x?host=/run/postgresql", env).options).toMatchObject({
      host: "/run/postgresql",
    });
  });

  test("may have no host but a parameter, and no user but that of the system", () => {
    const { shown, options } = read("postgres://ada:p%40w@/team?host=/cloudsql/a:b:c", {});
    expect(options).toMatchObject({
      host: "/cloudsql/a:b:c",
      user: "ada",
      password: "p@w",
      database: "team",
    });
    expect(shown).not.toContain("p@w");
    expect(read("postgres://ada@/team", { PGHOST: "h" }).options).toMatchObject({ host: "h", user: "ada" });
    expect(read("postgres://ada@", {}).options).toMatchObject({ host: "localhost", database: "ada" });
    expect(read("postgres:///?host=/run", {}).options["user"]).toBe(userInfo().username);
  });

  test.each([
    ["disable", false],
    ["prefer", false],
    ["require", { rejectUnauthorized: false }],
    ["verify-ca", { rejectUnauthorized: true, checkServerIdentity: expect.any(Function) }],
    ["verify-full", { rejectUnauthorized: true }],
  ])("sslmode=%s as psql understands it", (mode, ssl) => {
    expect(read(`postgres://h/d?sslmode=${mode}`).options["ssl"]).toEqual(ssl);
    expect(read("postgres://h/d", { PGSSLMODE: mode }).options["ssl"]).toEqual(ssl);
  });

  test.each([
    ["mysql://u:secret@h/d", 'got "mysql://h/d"'],
    ["postgres://u:sec/ret@h:x/d", "postgres://host/database"],
    ["postgres://u:12/secret@h/d", 'got "postgres://h/d"'],
    ["postgres://u:12@/secret@h/d", 'got "postgres://h/d"'],
    ["postgres:u:12secret@h/d", 'got "h/d"'],
    ["u:12secret@h/d", 'got "h/d"'],
    ["host=h password=:12secret", 'got "host=h password=…"'],
    ["postgres://h/d?port=x", 'the port must be a number from 1 to 65535, got "x"'],
    ["postgres://h:0/d", 'got "0"'],
    ["secret", "postgres://host/database"],
    [
      "postgres://h/d?sslmode=maybe",
      'sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full, got "maybe"',
    ],
    ["postgres://h/d?sslmode=verify-full&sslrootcert=/none", "/none cannot be read"],
  ])("rejects %s without quoting the password", (url, message) => {
    expect(() => read(url)).toThrow(UsageError);
    expect(() => read(url)).toThrow(message);
    expect(() => read(url)).not.toThrow(/sec\/?ret@|:12/);
  });
});

test.each([
  [{ code: "28P01", message: "x" }, "auth", "database_auth"],
  [{ code: "42P01", message: "x" }, "unprepared", "database_unprepared"],
  [{ code: "42501", message: "x" }, "refused", "database_auth"],
  [{ code: "53100", message: "x" }, "full", "database_failed"],
  [{ code: "54001", message: "x" }, "failed", "database_failed"],
  [{ code: "53300", message: "x" }, "unreachable", "database_unreachable"],
  [{ code: "57014", message: "x" }, "timeout", "database_unreachable"],
  [{ code: "40P01", message: "x" }, "retry", "database_failed"],
  [{ code: "ECONNREFUSED", message: "x" }, "unreachable", "database_unreachable"],
  [{ message: "Query read timeout" }, "timeout", "database_unreachable"],
  [{ message: "timeout expired" }, "timeout", "database_unreachable"],
  [{ message: "Connection terminated unexpectedly" }, "unreachable", "database_unreachable"],
  [{ message: "The server does not support SSL connections" }, "unreachable", "database_unreachable"],
  [
    { message: "", errors: [{ code: "ECONNREFUSED", message: "connect ECONNREFUSED ::1:1" }] },
    "unreachable",
    "database_unreachable",
  ],
  [{ code: "22P05", message: "x" }, "failed", "database_failed"],
  [{ code: "08P01", message: "password authentication failed" }, "auth", "database_auth"],
  [
    { code: "0A000", message: "cannot access unlogged relations during recovery" },
    "refused",
    "database_auth",
  ],
])("the error %j is %s", (cause, kind, code) => {
  const error = postgresErrorOf(Object.assign(new Error(cause.message), cause), "postgres://h/d");
  expect(error).toBeInstanceOf(PostgresError);
  expect(error).toMatchObject({ kind, code, hint: expect.any(String) });
  expect(error.message).toMatch(/^postgres:\/\/h\/d: /);
});

test.each([
  ['no pg_hba.conf entry for host "h", user "u", database "d", no encryption', "sslmode=require"],
  ['no pg_hba.conf entry for host "h", user "u", database "d", SSL encryption', "pg_hba.conf"],
  ["The server does not support SSL connections", "take sslmode out of the address"],
  ["self-signed certificate in certificate chain", "sslrootcert"],
  ["remaining connection slots are reserved for roles with SUPERUSER", "max_connections"],
  ['too many connections for role "ci"', "max_connections"],
  ['database "team" does not exist', "create the database"],
  ["permission denied for schema public", "CREATE to whoever runs init"],
  ["no schema has been selected to create in", "create the schema"],
  ['unrecognized configuration parameter "x"', "PGOPTIONS"],
  ["must be owner of table dao_opt_answers", "who owns the tables"],
  ["cannot execute INSERT in a read-only transaction", "primary server"],
  ["unsupported startup parameter: options", "ALTER ROLE"],
])("the cure of %j names %s", (message, cure) => {
  expect(postgresErrorOf(new Error(message), "postgres://h/d").hint).toContain(cure);
});

test("texts in ASCII differ as the texts do, and begin alike", () => {
  const texts = ["\0", "\\u0000", "\\u005cu0000", "é", "\\u00e9", "\ud800", "\\", "\\\\u00e9", "a"];
  expect(new Set(texts.map(asciiText)).size).toBe(texts.length);
  for (const text of texts) expect(asciiText(`${text}uz`).startsWith(asciiText(text))).toBe(true);
});
