import { type Detector, matchSpans, mergeSpans, type Span } from "../span.ts";

const bearer =
  /(?<![\p{L}\p{N}_])(?:bearer|token|basic|apikey)[ \t]{1,4}(?<hit>[A-Za-z0-9._~+/-]{8,4096}={0,3})/dgiu;
const longKey = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/]{40}(?:[A-Za-z0-9+/]{44,48}={0,2})?(?![A-Za-z0-9+/_=-])/g;
const keyContext = /\baws|amazon|secret|AKIA|ASIA|\[API_KEY\]|account.?key|azure|access.?key|\ue000/i;
const pemBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const pemEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;

/** Keys of known providers, `Bearer` tokens, and PEM private keys. */
export const findApiKeys: Detector = (text) => {
  const keys = mergeSpans([
    ...pemSpans(text),
    ...matchSpans(text, keyPattern),
    ...matchSpans(text, webhookPattern),
    ...matchSpans(text, bearer, ({ groups }) => isToken(groups?.["hit"] ?? "")),
  ]);
  return mergeSpans([...keys, ...secretHalves(text, keys)]);
};

function isToken(value: string): boolean {
  return /\d/.test(value) && /[A-Za-z]/.test(value)
    ? value.length >= 12 || /[A-Z].*[a-z]|[a-z].*[A-Z]/.test(value)
    : value.length >= 16 && /[a-z][A-Z]|=$/.test(value);
}

/**
 * A key without a prefix, of 40 or 84 to 88 characters (AWS, Azure), if the text before it or another key
 * nearby indicates one.
 */
function secretHalves(text: string, keys: readonly Span[]): readonly Span[] {
  let next = 0;
  return matchSpans(text, longKey, ({ 0: value, index }) => {
    if (!/\d/.test(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) return false;
    while ((keys[next]?.end ?? Number.POSITIVE_INFINITY) < index - 200) next++;
    const nearby = keys[next];
    if (nearby !== undefined && nearby.start < index + value.length + 200) return true;
    return keyContext.test(text.slice(Math.max(0, index - 80), index));
  });
}

/** A private key without an end marker was cut off and extends to the end of the text. */
function pemSpans(text: string): readonly Span[] {
  if (!text.includes("PRIVATE KEY")) return [];
  const spans: Span[] = [];
  pemBegin.lastIndex = 0;
  for (let begin = pemBegin.exec(text); begin !== null; begin = pemBegin.exec(text)) {
    pemEnd.lastIndex = pemBegin.lastIndex;
    const end = pemEnd.exec(text);
    const until = end === null ? text.length : end.index + end[0].length;
    spans.push({ start: begin.index, end: until });
    if (end === null) break;
    pemBegin.lastIndex = until;
  }
  return spans;
}

/**
 * Keys with a recognizable prefix, one line per provider. Based on the providers' documentation and the rules
 * of gitleaks and secretlint, which offer no library that returns positions in a text.
 */
const prefixed: readonly string[] = [
  // OpenAI, Anthropic, OpenRouter, DeepSeek and others that use `sk-`; Langfuse's two.
  "(?:sk|pk)-(?=[A-Za-z0-9_-]{0,200}[0-9])(?:[a-z0-9]{2,12}-){0,3}[A-Za-z0-9_-]{16,400}",
  // Google: API keys, OAuth clients, access tokens.
  "AIza[A-Za-z0-9_-]{30,40}",
  "AQ\\.Ab[A-Za-z0-9_-]{20,200}",
  "GOCSPX-[A-Za-z0-9_-]{20,40}",
  "ya29\\.[A-Za-z0-9_-]{16,600}",
  // AWS: access key ids; Bedrock.
  "(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA|ANVA|AIPA)[A-Z0-9]{16}",
  "ABSK[A-Za-z0-9+/]{80,200}={0,2}",
  // GitHub, GitLab.
  "gh[pousr]_[A-Za-z0-9]{30,255}",
  "github_pat_[A-Za-z0-9_]{22,255}",
  "gl(?:pat|ptt|rt|dt|oas|cbt)-[A-Za-z0-9_.-]{20,300}",
  // Slack.
  "xox[abceoprs]-[A-Za-z0-9-]{10,400}",
  "xapp-\\d-[A-Za-z0-9-]{10,400}",
  // Stripe, and its webhooks; Square; Braintree.
  "(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,255}",
  "whsec_[A-Za-z0-9+/]{20,100}={0,2}",
  "sq0[a-z]{3}-[A-Za-z0-9_-]{20,60}",
  // Hugging Face, Groq, Replicate, xAI, Perplexity, Fireworks, NVIDIA, Together, Tavily, ElevenLabs, LangSmith.
  "(?:hf|api_org)_[A-Za-z0-9]{30,60}",
  "gsk_[A-Za-z0-9]{40,80}",
  "r8_[A-Za-z0-9]{30,60}",
  "xai-[A-Za-z0-9]{40,120}",
  "pplx-[A-Za-z0-9]{40,80}",
  "fw_[A-Za-z0-9]{20,60}",
  "nvapi-[A-Za-z0-9_-]{40,100}",
  "tgp_v1_[A-Za-z0-9_-]{30,80}",
  "tvly-(?:dev-|prod-)?[A-Za-z0-9]{20,60}",
  "sk_[a-f0-9]{40,60}",
  "lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}",
  // Databricks; Azure OpenAI.
  "dapi[a-f0-9]{32}(?:-\\d{1,3})?",
  "[A-Za-z0-9]{40,60}JQQJ99[A-Za-z0-9]{20,40}",
  // SendGrid, Mailgun, Twilio, npm, PyPI, DigitalOcean, Shopify, Linear, Atlassian, Vault, Telegram, 1Password, Grafana.
  "SG\\.[A-Za-z0-9_-]{16,40}\\.[A-Za-z0-9_-]{16,80}",
  "key-[a-f0-9]{32}",
  "SK[a-f0-9]{32}",
  "npm_[A-Za-z0-9]{36}",
  "pypi-[A-Za-z0-9_-]{50,400}",
  "do[opr]_v1_[a-f0-9]{64}",
  "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
  "lin_(?:api|oauth)_[A-Za-z0-9]{32,80}",
  "ATATT3[A-Za-z0-9_=-]{40,400}",
  "hv[sbr]\\.[A-Za-z0-9_-]{20,400}",
  "\\d{8,10}:AA[A-Za-z0-9_-]{32,35}",
  "ops_eyJ[A-Za-z0-9+/]{50,2000}={0,3}",
  "gl(?:c|sa)_[A-Za-z0-9+/=_]{30,400}",
  // JSON Web Tokens.
  "eyJ[A-Za-z0-9_-]{8,8000}\\.[A-Za-z0-9_-]{8,8000}\\.[A-Za-z0-9_-]{0,2000}",
];

export const keyPattern = new RegExp(`(?<![A-Za-z0-9_])(?:${prefixed.join("|")})`, "g");

/** Slack's incoming webhooks: the path is the key. */
const webhookPattern = /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[A-Za-z0-9_/-]{10,200}/g;
