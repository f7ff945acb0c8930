/** How a README's command is run here if it cannot run unchanged. */
export interface CommandRule {
  /** What is typed instead. */
  readonly run?: string;
  /** Exit code it is expected to have; 0 otherwise. */
  readonly exitCode?: number;
  /** It runs until Ctrl-C: the offline server of this test replaces it. */
  readonly isServer?: boolean;
}

/** Lines of shell that are not about this tool, and are not run. */
export const foreignCommands = /^(npm (ci|install|run|test)|git |open |xdg-open |brew |curl .*nodejs)/;

/** Commands that only prepare the next ones: run unchanged. */
export const shellCommands =
  /^(cd|export|mkdir|cp|mv|cat|ls|echo|printf|sed|head|rm|touch|test|jq|node|unset)\b/;

/** Addresses, keys and run ids as READMEs write them → what they are here. */
export function localised(command: string, serverUrl: string): string {
  return command
    .replaceAll("SERVER", serverUrl)
    .replace(/http:\/\/(127\.0\.0\.1|localhost):4050\/v1/g, serverUrl)
    .replace(/OPENAI_API_KEY=sk-\S+/g, `OPENAI_API_KEY=none OPENAI_BASE_URL=${serverUrl}`)
    .replace(/ r_20\d{6}-\d{4,}(-\w+)?/g, "");
}

const server: CommandRule = { isServer: true };

/** README → command as written → how it is run. A command that is not listed is run unchanged. */
export const readmeRules: Readonly<Record<string, Readonly<Record<string, CommandRule>>>> = {
  "examples/ci/README.md": {
    "dao-opt run config.yaml --fail-on no_proven_improvement": { exitCode: 100 },
  },
  "examples/own-engine-and-scorer/README.md": {
    "dao-opt validate config.yaml --set optimizations.prompt_optimizations.optimize_sentiment.optimizer.options.attemps=2":
      { exitCode: 2 },
  },
  "examples/intent-labels/README.md": {
    "dao-opt run config.yaml --set optimizations.prompt_optimizations.optimize_intent.gate.min_gain=0.2 --registry ./prompts-gain --fail-on no_proven_improvement":
      { exitCode: 100 },
  },
  "examples/json-extraction/README.md": {
    "dao-opt offline-server": server,
    "dao-opt run config.yaml --set 'optimizations.prompt_optimizations.optimize_facility_support.scorers=[exact_match]' --registry ./prompts-exact --fail-on no_proven_improvement":
      { exitCode: 100 },
  },
  "examples/two-prompts/README.md": { "dao-opt offline-server": server },
  "examples/openai-client/README.md": { "dao-opt offline-server": server },
  "examples/real-provider/README.md": {
    "dao-opt offline-server": server,
    "dao-opt validate config.yaml --set resources.llms.small.name=my-model --set resources.llms.small.price=null":
      { exitCode: 2 },
  },
  "README.md": {
    // Installed already: the package lies in node_modules.
    "npm install && npx dao-opt run examples/quickstart/config.yaml": {
      run: "npx dao-opt run examples/quickstart/config.yaml",
    },
    // The two lines that the page changes just before, and the offline server as the provider.
    "export OPENAI_API_KEY=sk-...": {
      run: "export OPENAI_API_KEY=none OPENAI_BASE_URL=SERVER; sed -i.before -e 's/name: offline.large/name: gpt-4o/' -e 's/name: offline.small/name: gpt-4o-mini/' -e '/provider: offline/d' config.yaml",
    },
  },
};
