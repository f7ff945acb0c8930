import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interleave } from "../../../../src/calls/prompt/sample/stream-prompt.ts";

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Counts up, one turn of the event loop per step of its pace; ends early once it is stopped. */
function counter(pieces: number, pace: number, state: { isStopped: boolean; asked: number[] }, at: number) {
  return (async function* (): AsyncGenerator<string, string, void> {
    let given = 0;
    while (given < pieces && !state.isStopped) {
      state.asked[at] = given + 1;
      for (let turn = 0; turn < pace; turn++) await tick();
      yield `${at}:${given++}`;
    }
    return `${at} gave ${given}`;
  })();
}

describe("interleaved generators", () => {
  it("yield every piece once, in each source's order, and every result in its place", async () => {
    const sources = fc.array(fc.record({ pieces: fc.nat(6), pace: fc.nat(4) }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(sources, async (all) => {
        const state = { isStopped: false, asked: [] };
        const read = interleave(
          all.map(({ pieces, pace }, at) => counter(pieces, pace, state, at)),
          () => {},
        );
        const got: string[] = [];
        for await (const piece of read.merged) got.push(piece);
        for (const [at, { pieces }] of all.entries()) {
          const own = got.filter((piece) => piece.startsWith(`${at}:`));
          expect(own).toEqual(Array.from({ length: pieces }, (_, count) => `${at}:${count}`));
        }
        expect(await read.ends).toEqual(all.map(({ pieces }, at) => `${at} gave ${pieces}`));
      }),
    );
  });

  it("read each source at most one piece ahead of the reader", async () => {
    const state = { isStopped: false, asked: [] as number[] };
    const read = interleave([counter(50, 0, state, 0), counter(50, 0, state, 1)], () => {});
    const taken = [0, 0];
    for await (const piece of read.merged) {
      const at = Number(piece[0]);
      taken[at] = (taken[at] ?? 0) + 1;
      for (let turn = 0; turn < 5; turn++) await tick();
      for (const [index, asked] of state.asked.entries())
        expect(asked - (taken[index] ?? 0)).toBeLessThanOrEqual(1);
    }
    expect(taken).toEqual([50, 50]);
  });

  it("stop when their reader leaves, and run to their ends", async () => {
    const state = { isStopped: false, asked: [] };
    const stop = () => {
      state.isStopped = true;
    };
    const read = interleave(
      [counter(9, 0, state, 0), counter(9, 7, state, 1), counter(0, 0, state, 2)],
      stop,
    );
    for await (const piece of read.merged) if (piece === "0:2") break;
    const ends = await read.ends;
    expect(ends[0]).toMatch(/^0 gave [34]$/);
    expect(ends[1]).toMatch(/^1 gave [01]$/);
    expect(ends[2]).toBe("2 gave 0");
  });

  it("given up unread run to their ends, and can still be read", async () => {
    const state = { isStopped: false, asked: [] };
    const read = interleave([counter(3, 1, state, 0)], () => {
      state.isStopped = true;
    });
    await read.first[0];
    read.giveUp();
    expect(await read.ends).toEqual(["0 gave 1"]);
    const got: string[] = [];
    for await (const piece of read.merged) got.push(piece);
    expect(got).toEqual(["0:0"]);
  });
});
