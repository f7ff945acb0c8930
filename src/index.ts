/** The public API of dao-opt. */
export { z } from "zod";
export {
  AppConfig,
  type AppConfigOptions,
  type OptimizedPrompt,
  type OptimizeOptions,
  type PromptOptimization,
} from "./app-config.ts";
export type { PromptCallOptions } from "./calls/prompt/call-prompt.ts";
export type {
  PromptCallDelta,
  PromptCallDetails,
  PromptCallLog,
  PromptCallResponse,
  PromptCallStream,
} from "./calls/prompt/prompt-call.ts";
export type { Agent, AgentAnswer, AgentInput } from "./contracts/agent.ts";
export type { EngineEvent, RunEvent, RunListener, RunnerEvent } from "./contracts/events.ts";
export type { InputsOf, KnownReference, PromptReference } from "./contracts/known-prompts.ts";
export type {
  Completion,
  CompletionRequest,
  FinishReason,
  LanguageModel,
} from "./contracts/language-model.ts";
export type { ModelSecrets, ModelSpec } from "./contracts/model-spec.ts";
export type {
  BudgetView,
  Draft,
  EngineStop,
  Evaluation,
  Lab,
  OptimizationTask,
  Optimizer,
  Outcome,
  PromptContractText,
  Reflection,
  ReflectionRequest,
  SearchEnd,
  SearchObjectives,
} from "./contracts/optimizer.ts";
export type { ParetoEntry, ParetoTable } from "./contracts/pareto-table.ts";
export type {
  EngineReference,
  ModelPlugin,
  ModelServices,
  OptimizerPlugin,
  OptimizerServices,
  ScorerPlugin,
  ScorerServices,
} from "./contracts/plugin.ts";
export type {
  Deployment,
  Environment,
  PromptAdministration,
  PromptArchive,
  PromptDraft,
  PromptReader,
  PromptRegistry,
  PromptSummary,
  PromptVersion,
  Verification,
  VersionOrigin,
  VersionScore,
} from "./contracts/registry.ts";
export type { RowResult } from "./contracts/row-result.ts";
export type { OptimizationPlan, RunPlan } from "./contracts/run-plan.ts";
export type {
  CandidateRecord,
  OptimizationRecord,
  OptimizationStatus,
  RunRecord,
  RunStatus,
  StopReason,
  TestScores,
} from "./contracts/run-record.ts";
export type { Judgement, Score, Scorer, ScorerSpec } from "./contracts/scorer.ts";
export type { Example } from "./core/data/example.ts";
export * from "./core/errors.ts";
export type { Candidate, CandidateId, PromptTexts } from "./core/prompt/candidate.ts";
export type { ChatMessage, ToolCall } from "./core/prompt/message.ts";
export type { ModelConfiguration, ModelParameters, Template, TemplateMessage } from "./core/prompt/prompt.ts";
export { createRandom, type Random } from "./core/random.ts";
export type { Secret } from "./core/text/secret.ts";
export type { CallRole, Price, Spend, TokenUsage } from "./core/usage.ts";
export { defineModel, defineOptimizer, defineScorer } from "./plugins/define.ts";
export { openRegistry } from "./registry/open-registry.ts";
export { Registry, type RegistryCallOptions, type RegistryOpening } from "./registry.ts";
