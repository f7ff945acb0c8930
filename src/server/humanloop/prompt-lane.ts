import type { Lane } from "../route-group.ts";
import type { HumanloopServices } from "./humanloop-services.ts";
import { promptText } from "./prompt-response.ts";

const plainRead = /^\/v5\/prompts\/(pr_\w+)$/;

/**
 * Answers the one request that programs send with every call of theirs: a prompt by its id, nothing else named.
 * The framework needs longer to hand it on than it takes to answer. Whatever else comes, and whatever fails, is
 * the framework's.
 */
export function createPromptLane(services: HumanloopServices): Lane {
  return (request, response, otherwise) => {
    const [, id] = (request.method === "GET" ? plainRead.exec(request.url ?? "") : null) ?? [];
    if (id === undefined) {
      otherwise();
      return;
    }
    const answered = async () =>
      promptText(await services.respond(await services.registry.get(id, { defaultSelector: "deployed" })));
    answered().then((text) => {
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      });
      response.end(text);
    }, otherwise);
  };
}
