import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  escapeText,
  renderText,
  requireParams,
  toRegistrySyntax,
  variablesOf,
} from "../../../src/client/template/template-syntax.ts";
import { UsageError } from "../../../src/core/errors.ts";
import { fillVariables } from "../../../src/core/template/template-variables.ts";

describe("variablesOf", () => {
  it.each([
    ["{name}", ["name"]],
    ["{{name}} and {{ other }}", ["name", "other"]],
    ["{a} {b} {a}", ["a", "b"]],
    ["{a.b} {items[0]} {kebab-case} {_x}", ["a.b", "items[0]", "kebab-case", "_x"]],
    ['{"a": 1} { name } {} {a b}', []],
    ["\\{name\\} \\{\\{name\\}\\}", []],
    ['{"a": {x}, "b": {{y}}}', ["x", "y"]],
    ["\\d{3}", []],
  ])("%s", (text, names) => expect(variablesOf(text, {})).toEqual(names));

  it("treats a name of digits as a variable if it has a value", () => {
    expect(variablesOf("{0} {1}", { 0: "a" })).toEqual(["0"]);
    expect(renderText("{0} {1}", { 0: "a" })).toBe("a {1}");
  });
});

describe("renderText", () => {
  it.each([
    ["Hi {name}", { name: "Bo" }, "Hi Bo"],
    ["Hi {{name}}!", { name: "Bo" }, "Hi Bo!"],
    ["{a}{{a}}{ a }", { a: 1 }, "11{ a }"],
    ["\\{a\\} {a}", { a: "x" }, "{a} x"],
    ["{a}", { a: { b: [1, true] } }, '{"b":[1,true]}'],
    ["{a} {b}", { a: false, b: 0 }, "false 0"],
    ["{a}", { a: "$& \\1 {b} {{b}}", b: "no" }, "$& \\1 {b} {{b}}"],
    ["{user.name}", { "user.name": "Bo" }, "Bo"],
    ["{{{a}}}", { a: "x" }, "{x}"],
  ])("%s", (text, params, rendered) => expect(renderText(text, params)).toBe(rendered));

  it("returns an escaped text unchanged", () => {
    const piece = fc.constantFrom("{", "}", "\\", "a", "{a}", "{{a}}");
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join("");
        expect(renderText(escapeText(text), { a: "b" })).toBe(text);
      }),
    );
  });
});

describe("requireParams", () => {
  it("names everything missing, and what was given", () => {
    const missing = () => requireParams(["a", "b", "c"], { b: 0, c: null, d: "" });
    expect(missing).toThrow(UsageError);
    expect(missing).toThrow("missing variables: a, c");
    try {
      missing();
    } catch (error) {
      expect((error as UsageError).hint).toBe("params given: b, c, d");
    }
  });

  it("accepts empty texts, zero and false", () => {
    expect(() => requireParams(["a", "b", "c"], { a: "", b: 0, c: false })).not.toThrow();
  });
});

describe("toRegistrySyntax", () => {
  it.each([
    ["Hi {name}", "Hi {{name}}"],
    ["Hi {{ name }}", "Hi {{name}}"],
    ['{"a": {x}} \\{x\\}', '{"a": {{x}}} {x}'],
    ["{{{a}}}", "{{{a}}}"],
  ])("%s", (text, converted) => expect(toRegistrySyntax(text, {})).toBe(converted));

  it.each(["\\{\\{name\\}\\}", "{items[0]}", "\\{{a}\\}{b} \\{\\{c}}"])("cannot express %s", (text) =>
    expect(toRegistrySyntax(text, {})).toBeUndefined(),
  );

  it("means the same as the template, whatever the values", () => {
    const piece = fc.constantFrom("{a}", "{{b}}", "\\{", "\\}", "{", "}", "-", " ", '"', "{ a }", "$");
    fc.assert(
      fc.property(fc.array(piece), fc.string(), fc.string(), (pieces, a, b) => {
        const text = pieces.join("");
        const converted = toRegistrySyntax(text, {});
        return converted === undefined || fillVariables(converted, { a, b }) === renderText(text, { a, b });
      }),
    );
  });
});
