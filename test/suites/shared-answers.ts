import { afterEach, describe, expect, test } from "vitest";
import type { ModelExchange } from "../../src/contracts/answer-store.ts";
import type { SharedAnswers } from "../../src/contracts/shared-answers.ts";
import { claimAnswer } from "../../src/run/answers/claim-answer.ts";

export const question = {
  kind: "model",
  provider: "openai",
  baseUrl: "http://127.0.0.1:1/v1",
  model: "small",
  parameters: {},
  messages: [{ role: "user", content: "Hello" }],
  repeat: 0,
} as const;

export function exchange(text: string): ModelExchange {
  return {
    question,
    completion: {
      text,
      toolCalls: [],
      finishReason: "stop",
      usage: { inputTokens: 1, outputTokens: 1 },
      latencyMs: 3,
    },
    price: { input: 1, output: 2 },
  };
}

export interface SharedAnswersSuite {
  readonly name: string;
  /** A function that opens the same store again and again, as another process would. */
  create(): Promise<() => SharedAnswers>;
}

/** 64 hex digits that begin like the text. */
export function addressOf(text: string): string {
  return Buffer.from(text).toString("hex").padEnd(64, "0");
}

/** What every store of shared answers must do. */
export function describeSharedAnswers({ name, create }: SharedAnswersSuite): void {
  const opened: SharedAnswers[] = [];
  async function doors(count: number): Promise<readonly SharedAnswers[]> {
    const open = await create();
    const made = Array.from({ length: count }, open);
    opened.push(...made);
    return made;
  }
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((door) => door.close()));
  });
  const a = addressOf("a");
  const b = addressOf("b");

  describe(`shared answers: ${name}`, () => {
    test("an answer of one process is found by another, complete and unchanged", async () => {
      const [one, two] = (await doors(2)) as [SharedAnswers, SharedAnswers];
      const odd = exchange("line\nbreak \u0000 \u2028 \ud83d\ude00 \ud800 é");
      expect(await one.find(a, question)).toBeUndefined();
      one.put(a, odd);
      await one.flush();
      expect(await two.find(a, question)).toEqual(odd);
      expect(await two.find(b, question)).toBeUndefined();
    });

    test("no answer is unstored after a flush", async () => {
      const [one] = (await doors(1)) as [SharedAnswers];
      expect(one.unstored).toBe(0);
      for (let at = 0; at < 250; at++) one.put(addressOf(`u${at}`), exchange(`${at}`));
      await one.flush();
      expect(one.unstored).toBe(0);
    });

    test("many lookups at once", async () => {
      const [one, two] = (await doors(2)) as [SharedAnswers, SharedAnswers];
      const addresses = Array.from({ length: 300 }, (_, at) => addressOf(`n${at}`));
      for (const [at, address] of addresses.entries()) if (at % 2 === 0) one.put(address, exchange(`${at}`));
      await one.flush();
      const found = await Promise.all(addresses.map((address) => two.find(address, question)));
      expect(found).toEqual(addresses.map((_, at) => (at % 2 === 0 ? exchange(`${at}`) : undefined)));
    });

    test("one of two owns a claim; the other gets the answer as soon as the claim is released", async () => {
      const [one, two] = (await doors(2)) as [SharedAnswers, SharedAnswers];
      expect(await one.claim(a, question)).toEqual({ state: "owned" });
      expect(await two.claim(a, question)).toMatchObject({ state: "held" });
      expect(await two.claim(b, question)).toEqual({ state: "owned" });
      one.put(a, exchange("paid"));
      await one.release(a);
      expect(await two.claim(a, question)).toEqual({ state: "answered", exchange: exchange("paid") });
      expect(await two.find(a, question)).toEqual(exchange("paid"));
    });

    test("the owner itself finds its claim held", async () => {
      const [one] = (await doors(1)) as [SharedAnswers];
      await one.claim(a, question);
      expect(await one.claim(a, question)).toMatchObject({ state: "held" });
    });

    test("an answer that came between look and claim is found by the claim", async () => {
      const [one, two] = (await doors(2)) as [SharedAnswers, SharedAnswers];
      expect(await two.find(a, question)).toBeUndefined();
      await one.claim(a, question);
      one.put(a, exchange("paid"));
      await one.release(a);
      expect(await two.claim(a, question)).toEqual({ state: "answered", exchange: exchange("paid") });
      // The claim that found it is not kept.
      expect(await one.claim(a, question)).toMatchObject({ state: "answered" });
    });

    test("an owner without an answer releases its claim to one of those who wait", async () => {
      const all = await doors(5);
      const [one, ...others] = all as [SharedAnswers, ...SharedAnswers[]];
      await one.claim(a, question);
      let asked = 0;
      const answers = others.map(async (door) => {
        const found = await claimAnswer(door, { address: a, question }, { signal: undefined });
        if (found !== undefined) return found;
        asked++;
        door.put(a, exchange("second try"));
        await door.release(a);
        return exchange("second try");
      });
      await one.release(a);
      expect(await Promise.all(answers)).toEqual(others.map(() => exchange("second try")));
      expect(asked).toBe(1);
    });

    test("waiting ends with the signal", async () => {
      const [one, two] = (await doors(2)) as [SharedAnswers, SharedAnswers];
      await one.claim(a, question);
      const controller = new AbortController();
      const waits: (string | undefined)[] = [];
      const waiting = claimAnswer(
        two,
        { address: a, question },
        { signal: controller.signal, onAwaited: (owner) => waits.push(owner) },
      );
      setTimeout(() => controller.abort(), 60);
      await expect(waiting).rejects.toMatchObject({ kind: "aborted" });
      expect(waits).toHaveLength(1);
    });

    test("closing releases claims", async () => {
      const [one, two] = (await doors(2)) as [SharedAnswers, SharedAnswers];
      await one.claim(a, question);
      await one.close();
      expect(await two.claim(a, question)).toEqual({ state: "owned" });
    });

    test("releasing what is not owned changes nothing", async () => {
      const [one, two] = (await doors(2)) as [SharedAnswers, SharedAnswers];
      await one.claim(a, question);
      await two.release(a);
      expect(await two.claim(a, question)).toMatchObject({ state: "held" });
    });

    test("hundreds of claims of five processes for the same addresses: each is paid once", async () => {
      const all = await doors(5);
      const addresses = Array.from({ length: 60 }, (_, at) => addressOf(`x${at}`));
      const paid: string[] = [];
      const ask = async (door: SharedAnswers, address: string) => {
        const found = await claimAnswer(door, { address, question }, { signal: undefined });
        if (found !== undefined) return found;
        paid.push(address);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
        door.put(address, exchange(address));
        await door.release(address);
        return exchange(address);
      };
      const answers = await Promise.all(
        all.flatMap((door) => addresses.map((address) => ask(door, address))),
      );
      expect(answers).toEqual(all.flatMap(() => addresses.map((address) => exchange(address))));
      expect(paid.toSorted()).toEqual(addresses.toSorted());
    });
  });
}
