import { type FilledChat, type TemplatedMessage, templateChat } from "./template-chat.ts";
import { type FilledText, templateText } from "./template-text.ts";

type WithNew<Make extends (...given: never[]) => unknown> = Make &
  (new (
    ...given: Parameters<Make>
  ) => ReturnType<Make>);

/** `templateChat` and `templateText` under the names that Libretto's Python client has, with or without `new`. */
export const TemplateChat = constructible(templateChat);
export const TemplateText = constructible(templateText);
export type TemplateChat<Message = TemplatedMessage> = FilledChat<Message>;
export type TemplateText = FilledText;

/** An arrow or method cannot be called with `new`; a function that returns an object can, and gives that object. */
function constructible<Make extends (...given: never[]) => object>(make: Make): WithNew<Make> {
  return function (this: unknown, ...given: Parameters<Make>) {
    return make(...given);
  } as unknown as WithNew<Make>;
}
