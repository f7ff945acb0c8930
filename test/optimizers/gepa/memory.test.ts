import { expect, test } from "vitest";
import { createMemory } from "../../../src/optimizers/gepa/memory.ts";

const edit = (reason: string, name = "p") => ({ name, before: "old", after: "new", reason });

test("recalls the newest edits of a parent's text, oldest first", () => {
  const memory = createMemory(2);
  for (const reason of ["first", "second", "third"]) memory.remember("parent", edit(reason));
  memory.remember("parent", edit("of another text", "q"));
  memory.remember("other", edit("of another parent"));
  expect(memory.recall("parent", "p")).toEqual([edit("second"), edit("third")]);
  expect(memory.recall("parent", "q")).toEqual([edit("of another text", "q")]);
  expect(memory.recall("nobody", "p")).toEqual([]);
});

test("remembers nothing without capacity", () => {
  const memory = createMemory(0);
  memory.remember("parent", edit("first"));
  expect(memory.recall("parent", "p")).toEqual([]);
});
