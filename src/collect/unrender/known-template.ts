import type { Template, TemplateLanguage } from "../../core/prompt/prompt.ts";

/** A template that calls may have been made with. */
export interface KnownTemplate {
  /** Path of the prompt. */
  readonly path: string;
  /** Absent where it is nobody's version, or several versions hold the same words. */
  readonly version?: number;
  readonly versionId?: string;
  readonly template: Template;
  readonly language: TemplateLanguage;
}
