import { expect, test } from "vitest";
import { readPythonLiteral } from "../../src/imports/python-literal.ts";

test.each([
  ["{'a': 'b'}", { a: "b" }],
  [`{'it': "isn't", "q": 'a "b" \\' c'}`, { it: "isn't", q: `a "b" ' c` }],
  [
    "{'n': None, 't': True, 'f': False, 'x': -1.5e3, 'i': 7, 'nan': nan}",
    { n: null, t: true, f: false, x: -1500, i: 7, nan: null },
  ],
  ["[1, [2, (3, 4)], {}, []]", [1, [2, [3, 4]], {}, []]],
  ["{1: 'one', 'deep': {'list': [{'a': 1}]}, }", { 1: "one", deep: { list: [{ a: 1 }] } }],
  ["['line\\nbreak', '\\u00e9\\x41\\U0001f642', 'tab\\t\\\\']", ["line\nbreak", "éA🙂", "tab\t\\"]],
  ["{'__proto__': 1}", JSON.parse('{"__proto__": 1}')],
])("%s", (text, value) => {
  expect(readPythonLiteral(text)).toEqual(value);
});

test.each([
  "{'a': <object at 0x1>}",
  "{'a'}",
  "{'a': }",
  "{'a': 'b'",
  "{'a': 'b'} and more",
  "[1 2]",
  "{'a': 'b}",
  "]",
  "[".repeat(5000),
  "{'a': datetime(2020, 1, 1)}",
])("%s is none", (text) => {
  expect(readPythonLiteral(text)).toBeUndefined();
});
