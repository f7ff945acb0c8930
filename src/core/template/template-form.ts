import type { TextPiece } from "./template-variables.ts";

/** What a way of turning out says of a variable besides the text it stands for. */
export interface FormCondition {
  readonly variable: string;
  /** Was it asked whether it is there at all, or whether it is anything but empty or false? */
  readonly asks: "defined" | "truthy";
  readonly holds: boolean;
}

/** One way a text may turn out: `{% if %}` makes several of one text. */
export interface TemplateForm {
  readonly pieces: readonly TextPiece[];
  readonly conditions: readonly FormCondition[];
}
