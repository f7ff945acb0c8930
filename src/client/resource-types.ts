import type { APIPromise, OpenAI } from "openai";
import type { ExtractParsedContentFromParams as ParsedChat } from "openai/lib/parser";
import type { ExtractParsedContentFromParams as ParsedInput } from "openai/lib/ResponsesParser";
import type { ParsedChatCompletion } from "openai/resources/chat/completions";
import type { ParsedResponse } from "openai/resources/responses/responses";
import type { Stream } from "openai/streaming";
import type { DaoOptCallOptions, WithFeedbackKey } from "./client-options.ts";

/** Body members besides the SDK's own parameters. */
export interface CallParams {
  daoOpt?: DaoOptCallOptions | undefined;
  libretto?: DaoOptCallOptions | undefined;
}

type Options = OpenAI.RequestOptions;
type Chat = OpenAI.Chat.Completions.ChatCompletion & WithFeedbackKey;
type ChatChunk = OpenAI.Chat.Completions.ChatCompletionChunk & WithFeedbackKey;
type Text = OpenAI.Completion & WithFeedbackKey;
type Answer = OpenAI.Responses.Response & WithFeedbackKey;
type AnswerEvent = OpenAI.Responses.ResponseStreamEvent & WithFeedbackKey;

interface CreateChat {
  (body: OpenAI.ChatCompletionCreateParamsNonStreaming & CallParams, options?: Options): APIPromise<Chat>;
  (
    body: OpenAI.ChatCompletionCreateParamsStreaming & CallParams,
    options?: Options,
  ): APIPromise<Stream<ChatChunk>>;
  (
    body: OpenAI.ChatCompletionCreateParams & CallParams,
    options?: Options,
  ): APIPromise<Stream<ChatChunk> | Chat>;
}

type ParseChat = <
  Params extends OpenAI.ChatCompletionCreateParamsNonStreaming & CallParams,
  Parsed = ParsedChat<Params>,
>(
  body: Params,
  options?: Options,
) => APIPromise<ParsedChatCompletion<Parsed> & WithFeedbackKey>;

interface CreateText {
  (body: OpenAI.CompletionCreateParamsNonStreaming & CallParams, options?: Options): APIPromise<Text>;
  (body: OpenAI.CompletionCreateParamsStreaming & CallParams, options?: Options): APIPromise<Stream<Text>>;
  (body: OpenAI.CompletionCreateParams & CallParams, options?: Options): APIPromise<Stream<Text> | Text>;
}

interface CreateAnswer {
  (
    body: OpenAI.Responses.ResponseCreateParamsNonStreaming & CallParams,
    options?: Options,
  ): APIPromise<Answer>;
  (
    body: OpenAI.Responses.ResponseCreateParamsStreaming & CallParams,
    options?: Options,
  ): APIPromise<Stream<AnswerEvent>>;
  (
    body: OpenAI.Responses.ResponseCreateParams & CallParams,
    options?: Options,
  ): APIPromise<Stream<AnswerEvent> | Answer>;
}

type ParseAnswer = <
  Params extends OpenAI.Responses.ResponseCreateParamsNonStreaming & CallParams,
  Parsed = ParsedInput<Params>,
>(
  body: Params,
  options?: Options,
) => APIPromise<ParsedResponse<Parsed> & WithFeedbackKey>;

/** The SDK's resources; the first type of an intersection is tried first. */
export type RecordedChat = {
  completions: { create: CreateChat; parse: ParseChat } & OpenAI.Chat.Completions;
} & OpenAI.Chat;
export type RecordedCompletions = { create: CreateText } & OpenAI.Completions;
export type RecordedResponses = { create: CreateAnswer; parse: ParseAnswer } & OpenAI.Responses;
