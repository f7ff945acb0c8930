import type { Config, OptimizationConfig } from "../../config/config.ts";
import type { CompletionRequest, LanguageModel } from "../../contracts/language-model.ts";
import type { PromptReader } from "../../contracts/registry.ts";
import type { ConfigScorer, Scorer, ScorerSpec } from "../../contracts/scorer.ts";
import { costUsd } from "../../core/usage.ts";
import { buildModel } from "../../models/stack.ts";
import { createStackServices } from "../../models/stack-services.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import { isModulePath } from "../../plugins/load-module.ts";
import { createIssueList } from "../../project/issue-list.ts";
import { resolveScorers } from "../../project/resolve-plugins.ts";
import { createScorer } from "../../scorers/create-scorer.ts";

interface Sources {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly registry: PromptReader;
}

/** Judge calls of an answer, by scorer; rules ask none. A module of the user may ask once. */
const judgeCalls: Readonly<Record<string, number>> = {
  equivalence: 1,
  correctness: 1,
  guidelines: 1,
  pairwise: 2,
};

const callsAtOnce = 4;

/**
 * The scorers of each optimization, and the shipped judges that need no options with each judge model of the config.
 * Nothing is loaded, and no module of the user runs, before an answer is scored.
 */
export function configScorers(sources: Sources): readonly ConfigScorer[] {
  const { optimizations, models } = sources.config;
  const own = Object.values(optimizations).flatMap((optimization) => {
    const { key, name, scorers, scorerModel } = optimization;
    if (scorers.length === 0) return [];
    const calls = scorers.reduce((sum, { use }) => sum + callsOf(use), 0);
    const by = calls === 0 ? "" : `, judge ${scorerModel}`;
    return lazyScorer(sources, scorerModel, {
      name: `config/${key}`,
      summary: `${name}: ${scorers.map(({ use }) => use).join(" + ")}${by}`,
      judgeCalls: calls,
      specs: () => specsOf(optimization, sources),
    });
  });
  const judges = [...new Set(Object.values(optimizations).map(({ scorerModel }) => scorerModel))];
  const shipped = judges
    .filter((judge) => Object.hasOwn(models, judge))
    .flatMap((judge) =>
      ["equivalence", "correctness"].map((use) =>
        lazyScorer(sources, judge, {
          name: `judge/${use}/${judge}`,
          summary: `${use}, judge ${judge}`,
          judgeCalls: callsOf(use),
          specs: async () => [{ use, options: {}, weight: 1 }],
        }),
      ),
    );
  return [...own, ...shipped];
}

function callsOf(use: string): number {
  return isModulePath(use) ? 1 : Object.hasOwn(judgeCalls, use) ? (judgeCalls[use] ?? 0) : 0;
}

/** Rejects with the mistakes of the config. */
async function specsOf(optimization: OptimizationConfig, sources: Sources): Promise<readonly ScorerSpec[]> {
  const issues = createIssueList(sources.config);
  const resolved = await resolveScorers(optimization, undefined, sources.config, sources, issues);
  issues.throwIfAny();
  return resolved?.specs ?? [];
}

function lazyScorer(
  { config, catalog }: Sources,
  judgeKey: string,
  {
    specs,
    ...named
  }: Pick<ConfigScorer, "name" | "summary" | "judgeCalls"> & {
    readonly specs: () => Promise<readonly ScorerSpec[]>;
  },
): ConfigScorer {
  let opened: Promise<{ readonly scorer: Scorer; readonly judge: LanguageModel | undefined }> | undefined;
  const open = async () => {
    const scorer = await createScorer(await specs(), catalog, config.directory);
    const model = config.models[judgeKey];
    if (scorer.judgeCalls.most === 0 || model === undefined) return { scorer, judge: undefined };
    const services = createStackServices({
      catalog: { load: (kind, use) => catalog.load(kind, use, config.directory) },
      models: config.models,
      concurrency: callsAtOnce,
    });
    return { scorer, judge: await buildModel(model.spec, model.secrets, services) };
  };
  return {
    ...named,
    async score(judgement) {
      opened ??= open();
      // A mended module or judge prompt is read again.
      opened.catch(() => {
        opened = undefined;
      });
      const { scorer, judge } = await opened;
      if (judge === undefined) return { score: await scorer.score(judgement), usd: 0 };
      const price = config.models[judgeKey]?.spec.price;
      const meter = { usd: 0 as number | null };
      const score = await scorer.score({ ...judgement, judge: meteredModel(judge, meter, price) });
      return { score, usd: meter.usd };
    },
  };
}

function meteredModel(
  model: LanguageModel,
  meter: { usd: number | null },
  price: Parameters<typeof costUsd>[1],
): LanguageModel {
  return {
    ...model,
    async complete(request: CompletionRequest) {
      const completion = await model.complete(request);
      const usd = costUsd(completion.usage, price);
      meter.usd = meter.usd === null || usd === null ? null : meter.usd + usd;
      return completion;
    },
  };
}
