import { conversationOf, templateInputs } from "../prompt/conversation.ts";
import type { Template, TemplateLanguage } from "../prompt/prompt.ts";
import { type ReadTemplate, readTemplate } from "./template.ts";

/**
 * A prompt as it is sent for a row of a dataset. A row with `messages` is a conversation: the prompt comes first (a text
 * template as the system message), the row's messages follow, unless the template places `messages` itself. Variables
 * under `custom_inputs` are filled too. Throws UsageError as `readTemplate` does.
 */
export function readRowTemplate(template: Template, language: TemplateLanguage): ReadTemplate {
  const read = readTemplate(template, language);
  const placesMessages = read.variables.includes("messages");
  return {
    ...read,
    render(inputs) {
      const messages = read.render(templateInputs(inputs));
      const conversation = placesMessages ? undefined : conversationOf(inputs);
      if (conversation === undefined) return messages;
      const prompt =
        typeof template === "string" ? messages.map((message) => ({ ...message, role: "system" })) : messages;
      return [...prompt, ...conversation];
    },
  };
}
