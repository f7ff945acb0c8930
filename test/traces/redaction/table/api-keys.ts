/**
 * Fake keys of large providers in their documented format. They are assembled here, so that secret scanners
 * find no keys in this repository.
 */
const alphabet = "aB3dE5gH7jK9mN1pQ2sT4vX6zYcF8iL0oR";

/** `length` letters and digits, always the same for the same `seed`. */
export function fake(length: number, seed: number, letters: string = alphabet): string {
  return Array.from({ length }, (_, at) => letters[(at * 7 + seed * 11 + (at >> 2)) % letters.length]).join(
    "",
  );
}
const hex = (length: number, seed: number) => fake(length, seed, "0a1b2c3d4e5f6789");
const upper = (length: number, seed: number) => fake(length, seed, "ABC2DEF3GHI4JKL5MNO6PQR7STU");
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (seed: number) =>
  [base64({ alg: "HS256", typ: "JWT" }), base64({ sub: `u${seed}`, name: "Fake" }), fake(43, seed)].join(".");
const pem = (kind: string, seed: number) =>
  [
    `-----BEGIN ${kind}PRIVATE`,
    ` KEY-----\n${fake(64, seed)}\n${fake(64, seed + 1)}\n-----END ${kind}PRIVATE`,
    " KEY-----",
  ].join("");

/** Lines in the format of the table: text between ⟦ and ⟧ must be redacted. */
export const devKeys: readonly string[] = [
  `OPENAI_API_KEY=⟦${`sk-${fake(20, 1)}T3Blbk`}FJ${fake(20, 2)}⟧`,
  `use ⟦sk-${`proj-${fake(74, 3)}`}T3BlbkFJ${fake(74, 4)}⟧ please`,
  `key ⟦sk-${`ant-api03-${fake(93, 5)}`}AA⟧`,
  `AIza key ⟦${"AI"}za${fake(35, 6)}⟧.`,
  `aws_access_key_id = ⟦${"AK"}IA${upper(16, 7)}⟧\naws_secret_access_key = ⟦${fake(40, 8)}⟧`,
  `token ⟦${"gh"}p_${fake(36, 9)}⟧`,
  `⟦${"github"}_pat_${fake(22, 10)}_${fake(59, 11)}⟧ pushed`,
  `slack ⟦${"xox"}b-123456789012-1234567890123-${fake(24, 12)}⟧`,
  `stripe: ⟦${"sk"}_live_${fake(24, 13)}⟧`,
  `⟦${"rk"}_test_${fake(24, 14)}⟧`,
  `hugging face ⟦${"hf"}_${fake(34, 15)}⟧ ok`,
  `DATABRICKS_TOKEN ⟦${"da"}pi${hex(32, 16)}⟧`,
  `Ocp-Apim-Subscription-Key: ⟦${hex(32, 17)}⟧`,
  `AccountKey=⟦${fake(86, 18)}==⟧;EndpointSuffix=core.windows.net`,
  `jwt ⟦${jwt(19)}⟧ expired`,
  `Authorization: Bearer ⟦${fake(32, 20)}⟧`,
  `curl -H "Authorization: Basic ⟦dXNlcjpwYXNzd29yZDEy⟧"`,
  `⟦${pem("RSA ", 21)}⟧\nafter`,
  `{"private_key":"⟦${pem("", 22).replaceAll("\n", "\\n")}⟧"}`,
  `"password": "⟦hunter2hunter2⟧"`,
  `https://hooks.slack.com/services/⟦T0000FAKE/B0000FAKE/${fake(24, 23)}⟧`,
  `client_secret=⟦${fake(30, 24)}⟧`,
];

export const heldOutKeys: readonly string[] = [
  `the old key ⟦sk-${fake(48, 31)}⟧ is revoked`,
  `⟦sk-${`svcacct-${fake(60, 32)}`}T3BlbkFJ${fake(60, 33)}⟧`,
  `x-api-key: ⟦sk-${`ant-admin01-${fake(93, 34)}`}AA⟧`,
  `?key=⟦${"AI"}za${fake(35, 35)}⟧&v=3`,
  `⟦${"AS"}IA${upper(16, 36)}⟧ with secret ⟦${fake(40, 37)}⟧`,
  `export GH=⟦${"gh"}o_${fake(36, 38)}⟧`,
  `(⟦${"github"}_pat_11${fake(20, 39)}_${fake(59, 40)}⟧)`,
  `⟦${"xox"}p-123456789012-123456789012-123456789012-${hex(32, 41)}⟧`,
  `"⟦${"sk"}_test_${fake(99, 42)}⟧"`,
  `⟦${"wh"}sec_${fake(32, 43)}⟧ for hooks`,
  `login(token="⟦${"hf"}_${fake(34, 44)}⟧")`,
  `⟦${"da"}pi${hex(32, 45)}-2⟧ on azure`,
  `api-key: ⟦${hex(32, 46)}⟧`,
  `azure openai ⟦${fake(52, 47)}JQQJ99${fake(26, 48)}⟧`,
  `Cookie: session=⟦${jwt(49)}⟧; path=/`,
  `authorization: bearer ⟦${fake(40, 50)}⟧`,
  `⟦${pem("EC ", 51)}⟧`,
  `⟦${pem("OPENSSH ", 52)}⟧ trailing`,
  `⟦${"gl"}pat-${fake(20, 53)}⟧`,
  `groq ⟦${"gs"}k_${fake(52, 54)}⟧`,
  `DB_PASSWORD=⟦${fake(12, 55)}⟧`,
  `⟦${"npm"}_${fake(36, 56)}⟧`,
];
