import * as z from 'zod';
import { MOST_MESSAGE_BYTES, MOST_SUBJECT_CHARACTERS } from '../../aws/sns';
import { AwsError, type Input } from '../service';
import { parseInput } from './input';

export type MessageAttributes = Readonly<
  Record<string, { readonly DataType: string; readonly StringValue: string }>
>;

const schema = z.strictObject({
  TopicArn: z.string(),
  Message: z.string(),
  Subject: z.string().optional(),
  MessageStructure: z.string().optional(),
  MessageAttributes: z
    .record(z.string(), z.strictObject({ DataType: z.string(), StringValue: z.string() }))
    .optional(),
});

const bodies = z.looseObject({ default: z.string() });

export function parsePublish(input: Input) {
  return parseInput(schema, input, 'sns:Publish', 'InvalidParameter');
}

/** The API's model asks for UTF-8 of so many characters, without line breaks or control characters. */
export function refuseSubject(subject: string | undefined): void {
  if (subject === undefined) return;
  const characters = [...subject].length;
  if (characters === 0 || characters > MOST_SUBJECT_CHARACTERS || /\p{Cc}|\u2028|\u2029/u.test(subject))
    throw invalid('Subject');
}

export function refuseMessage(request: {
  readonly message: string;
  readonly messageStructure?: string | undefined;
  readonly messageAttributes?: MessageAttributes | undefined;
}): void {
  const { message, messageStructure, messageAttributes = {} } = request;
  if (message === '') throw invalid('Empty message');
  if (messageStructure !== undefined && messageStructure !== 'json') throw invalid('MessageStructure');
  const attributes = Object.entries(messageAttributes).map(
    ([name, { DataType, StringValue }]) => name + DataType + StringValue,
  );
  if (Buffer.byteLength([message, ...attributes].join('')) > MOST_MESSAGE_BYTES)
    throw invalid('Message too long');
}

/** The bodies of a message whose structure is `json`: text by protocol, and the default for all others. */
export function bodiesPerProtocol(
  message: string,
): Readonly<Record<string, string>> & { readonly default: string } {
  const parsed = bodies.safeParse(parseJson(message));
  if (!parsed.success) throw invalid('Message Structure - No default entry in JSON message body');
  const texts = Object.entries(parsed.data).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { ...Object.fromEntries(texts), default: parsed.data.default };
}

function parseJson(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}
