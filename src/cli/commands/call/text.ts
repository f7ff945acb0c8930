import type {
  PromptCallDelta,
  PromptCallLog,
  PromptCallResponse,
} from "../../../calls/prompt/prompt-call.ts";
import { formatCount, formatSeconds, formatUsd } from "../../terminal/format.ts";

/** Renders the answers of a call: plain text for one sample, a heading line for each of several. */
export function renderAnswers({ logs }: PromptCallResponse): string {
  if (logs.length === 1) return logs.map(sampleText).join("");
  return logs.map((log) => `── sample ${log.index} ──\n${sampleText(log)}`).join("\n");
}

function sampleText(log: PromptCallLog): string {
  const calls = (log.outputMessage?.toolCalls ?? []).map(
    ({ name, arguments: text }) => `→ ${name}(${text})\n`,
  );
  const error = log.error === null ? "" : `(failed: ${log.error})\n`;
  return `${ended(log.output ?? "")}${calls.join("")}${error}`;
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** Writes streamed text: as it arrives for one sample, by lines with the sample number for several. */
export function deltaWriter(count: number, write: (text: string) => void): (delta: PromptCallDelta) => void {
  const lines = new Map<number, string>();
  let last = "";
  return ({ index, output, log }) => {
    if (count === 1) {
      if (output !== "") write(output);
      last = output === "" ? last : output;
      // The command reports a failure itself.
      if (log === undefined) return;
      write(`${last === "" || last.endsWith("\n") ? "" : "\n"}${endText({ ...log, error: null })}`);
      return;
    }
    const text = `${lines.get(index) ?? ""}${output}${log === undefined ? "" : `\n${endText(log)}`}`;
    const whole = log === undefined ? text.lastIndexOf("\n") + 1 : text.length;
    lines.set(index, text.slice(whole));
    for (const line of text.slice(0, whole).split("\n")) if (line !== "") write(`[${index}] ${line}\n`);
  };
}

/** The tool calls and errors to print after the streamed text. */
function endText(log: PromptCallLog): string {
  return sampleText({ ...log, output: null });
}

/** Renders a one-line summary: `x version 2 · 12 + 3 tokens · $0.0001 · 0.4 s · log_…`. */
export function callFacts({ version, logs, id }: PromptCallResponse): string {
  const sum = (pick: (log: PromptCallLog) => number | null) =>
    logs.reduce<number | null>((total, log) => {
      const value = pick(log);
      return total === null || value === null ? null : total + value;
    }, 0);
  const [asked, answered] = [sum((log) => log.promptTokens), sum((log) => log.outputTokens)];
  const cost = sum(({ promptCostUsd, outputCostUsd }) =>
    promptCostUsd === null || outputCostUsd === null ? null : promptCostUsd + outputCostUsd,
  );
  const tokens =
    asked === null || answered === null ? [] : [`${formatCount(asked)} + ${formatCount(answered)} tokens`];
  const seconds = Math.max(...logs.map(({ providerLatencyMs }) => providerLatencyMs)) / 1000;
  return [
    `${version.path} version ${version.version}`,
    ...(logs.length === 1 ? [] : [`${logs.length} samples`]),
    ...tokens,
    ...(cost === null ? [] : [formatUsd(cost)]),
    formatSeconds(seconds),
    id,
  ].join(" · ");
}
