import { wilsonInterval } from "../../../src/core/statistics/mean-interval.ts";
import { type ReplyKind, replyKinds } from "./classify-reply.ts";

/** A reply of one model. */
export interface CountedReply {
  readonly model: string;
  readonly kind: ReplyKind;
}

/** Markdown: a line for every model with the count and share of each kind, and Wilson's interval of the usable ones. */
export function kindsTable(replies: readonly CountedReply[]): string {
  const titles = ["model", "replies", ...replyKinds, "usable, 95 %"];
  const models = [...new Set(replies.map(({ model }) => model))];
  const lines = models.map((model) => {
    const own = replies.filter((one) => one.model === model);
    const count = (kind: ReplyKind) => own.filter((one) => one.kind === kind).length;
    const [low, high] = wilsonInterval(count("usable"), own.length, 0.95);
    return [
      model,
      String(own.length),
      ...replyKinds.map((kind) => `${count(kind)} (${percent(count(kind) / own.length)})`),
      `${percent(low)} to ${percent(high)}`,
    ];
  });
  return [titles, titles.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
