import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import { count, price } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { pText } from "./gain-chart.ts";
import { type SectionContext, section } from "./section.ts";

/** Everything that determined the outcome, and the commands that repeat it. */
export function settingsSection(context: SectionContext): Html {
  const { record, run, prefix } = context;
  const { plan, steps, seconds, scores } = record;
  const { optimizer, data, gate } = plan;
  const options = Object.keys(optimizer.options).length === 0 ? "" : `, ${JSON.stringify(optimizer.options)}`;
  const entries: readonly (readonly [string, Html | string])[] = [
    ...modelEntries(record),
    [
      "Data",
      `${data.name}, ${count(data.rows)} rows: ${count(data.parts.train)} train, ${count(data.parts.validation)} validation, ${count(data.parts.test)} held out; digest ${data.digest.slice(0, 12)}`,
    ],
    ["Scorer", `${scorerNames(record)}${plan.isDefaultScorer ? ", chosen from the expected answers" : ""}`],
    [
      "Engine",
      `${fileName(optimizer.use)}${optimizer.revision === undefined ? "" : ` (revision ${optimizer.revision})`}, ${optimizer.candidatesPerStep} candidates a step, ${optimizer.maxSteps === null ? "no cap on steps" : `at most ${optimizer.maxSteps} steps`}${options}`,
    ],
    ["Search", `${count(steps)} steps, ${stopWords(record)}; ${seconds.toFixed(1)} s in all`],
    [
      "Test",
      `${gate.mode === "better" ? `gain above ${gate.minGain}` : `not worse by more than ${gate.margin}`} at ${Math.round(gate.confidence * 100)} % confidence${scores.test === undefined ? "" : `, p = ${pText(scores.test.pValue)}`}`,
    ],
    ["Budget", budgetText(plan.budget)],
    ["Seed", `${plan.seed}; split ${data.split.isGiven ? "as given in files" : `seed ${data.split.seed}`}`],
    ["Version", `${run.tool.name} ${run.tool.version}; plan ${run.planDigest.slice(0, 12)}`],
  ];
  const id = `${prefix}commands`;
  return section(context, { id: "settings", title: "Settings and how to reproduce" }, [
    html`<dl class="kv">${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`,
    html`<h${context.level + 1} class="gap">Reproduce</h${context.level + 1}>
<div class="copyable"><pre class="cmd" id="${id}" tabindex="0">${commands(context)}</pre><button type="button" class="btn js-only" data-copy="${id}">Copy</button></div>
<p class="small muted">The second command repeats the stored answers without a network and makes the same decisions.</p>`,
  ]);
}

function commands({ record, run }: SectionContext): string {
  const config = shellWord(run.config);
  const only = run.optimizations.length === 1 ? "" : ` --only ${shellWord(record.name)}`;
  return `npx dao-opt run ${config} --seed ${record.plan.seed}${only}\nnpx dao-opt run ${config} --replay ${shellWord(run.run)}`;
}

/** Equal models share a line: `Target, judge`. */
function modelEntries({ plan, models, usage }: OptimizationRecord): readonly (readonly [string, string])[] {
  const byKey = new Map<string, string[]>();
  for (const [role, key] of Object.entries(plan.models)) {
    const isUnused = role === "judge" && usage.judge.calls + usage.judge.cachedCalls === 0;
    if (key !== undefined && !isUnused) byKey.set(key, [...(byKey.get(key) ?? []), role]);
  }
  return [...byKey].map(([key, roles]) => {
    const [first = ""] = roles;
    const model = models?.[first];
    const names = roles.join(", ");
    if (model === undefined) return [capital(names), key];
    const { other: _other, tools: _tools, ...parameters } = model.parameters;
    const settings = Object.keys(parameters).length === 0 ? "" : `, ${JSON.stringify(parameters)}`;
    const prices =
      model.price === undefined
        ? ""
        : `, ${price(model.price.input)} in and ${price(model.price.output)} out per million tokens`;
    return [capital(names), `${model.name} (${key}, ${fileName(model.provider)})${settings}${prices}`];
  });
}

/** The model's id, else its key in the config. */
export function modelName({ plan, models }: OptimizationRecord, role: "target" | "source"): string {
  return models?.[role]?.name ?? plan.models[role] ?? "the model";
}

export function scorerNames({ plan }: OptimizationRecord): string {
  return plan.scorers
    .map(({ use, weight }) => `${fileName(use)}${plan.scorers.length === 1 ? "" : ` × ${weight}`}`)
    .join(", ");
}

/** The file name of a user's module, which is named by its absolute path. */
export function fileName(use: string): string {
  return use.split(/[\\/]/).at(-1) ?? use;
}

function stopWords({ stopped, plan }: OptimizationRecord): string {
  switch (stopped) {
    case "no_progress":
      return `stopped after ${plan.optimizer.patience} without progress`;
    case "max_steps":
      return "stopped at the last step";
    case "perfect":
      return "stopped because every validation row was right";
    case null:
      return "not finished";
    default:
      return `stopped: ${stopped.replaceAll("_", " ")}`;
  }
}

function budgetText({ calls, usd, tokens, minutes }: OptimizationRecord["plan"]["budget"]): string {
  const caps = [
    ...(calls === undefined ? [] : [`${count(calls)} calls`]),
    ...(usd === undefined ? [] : [`${usd} USD`]),
    ...(tokens === undefined ? [] : [`${count(tokens)} tokens`]),
    ...(minutes === undefined ? [] : [`${minutes} minutes`]),
  ];
  return caps.length === 0 ? "no cap" : `at most ${caps.join(", ")}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
