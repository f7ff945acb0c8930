import { existsSync, readFileSync } from "node:fs";

// GitHub's limit is 65,536 characters.
const mostCharacters = 60_000;
const pageSize = 100;

/**
 * Writes the comment of a pull request, or updates the one that an earlier run wrote under the same key. Does nothing
 * outside pull requests. Returns the problem, if any: a result is not lost because a comment cannot be written.
 *
 * REST calls: docs.github.com/rest/issues/comments.
 */
export async function keepComment({ key, markdown, env }) {
  const number = pullRequestOf(env);
  if (number === undefined) return undefined;
  if (!env.INPUT_TOKEN) return "the input token is empty";
  const issue = `${env.GITHUB_API_URL ?? "https://api.github.com"}/repos/${env.GITHUB_REPOSITORY}/issues`;
  // A key with -- could end the HTML comment.
  const marker = `<!-- dao-opt ${Buffer.from(key).toString("base64url")} -->`;
  const body = `${marker}\n${markdown.length > mostCharacters ? `${markdown.slice(0, mostCharacters)}\n…\n` : markdown}`;
  try {
    const found = await findComment(`${issue}/${number}/comments`, marker, env);
    if (found === undefined) await call("POST", `${issue}/${number}/comments`, env, { body });
    else await call("PATCH", `${issue}/comments/${found}`, env, { body });
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function pullRequestOf(env) {
  if (!env.GITHUB_EVENT_PATH || !existsSync(env.GITHUB_EVENT_PATH)) return undefined;
  const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8"));
  return event.pull_request?.number;
}

async function findComment(url, marker, env) {
  for (let page = 1; ; page++) {
    const comments = await call("GET", `${url}?per_page=${pageSize}&page=${page}`, env);
    const found = comments.find(({ body }) => body?.startsWith(marker));
    if (found !== undefined) return found.id;
    if (comments.length < pageSize) return undefined;
  }
}

async function call(method, url, env, body) {
  const answer = await fetch(url, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${env.INPUT_TOKEN}`,
      "content-type": "application/json",
      "user-agent": "dao-opt-action",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (answer.ok) return text === "" ? undefined : JSON.parse(text);
  const cure =
    answer.status === 403
      ? "; give the job the permission pull-requests: write (a fork's token never has it)"
      : "";
  throw new Error(`${method} ${new URL(url).pathname} was answered with ${answer.status}${cure}`);
}
