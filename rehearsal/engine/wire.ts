import type { IncomingMessage } from 'node:http';
import type { AwsError, Input } from '../service';
import { DetailedAwsError } from '../services/dynamodb/dynamodb';
import { queryMembers } from '../services/query-protocol';
import { isRest, readRest } from './rest-routes';

/** One API call as it came over HTTP. */
export interface ApiRequest {
  /** The name of the service as credentials are scoped to it, for example `monitoring`. */
  readonly scope: string;
  readonly operation: string;
  readonly accessKeyId: string;
  readonly region: string;
  readonly input: Input;
  readonly protocol: 'json' | 'query' | 'rest';
}

export interface ApiAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** The name of the error, where it stands in a header. */
  readonly errorType?: string;
}

const CREDENTIAL = /Credential=(?<accessKeyId>[^/]+)\/\d{8}\/(?<region>[^/]+)\/(?<scope>[^/]+)\/aws4_request/;

/**
 * Reads a request of the SDK: JSON with the operation in `X-Amz-Target`; for SNS, a form with it in `Action`; for a REST
 * API, method and path. Undefined when it is not signed, so none of the SDK's.
 */
export function readRequest(request: IncomingMessage, body: string): ApiRequest | undefined {
  const { accessKeyId, region, scope } = CREDENTIAL.exec(request.headers.authorization ?? '')?.groups ?? {};
  if (accessKeyId === undefined || region === undefined || scope === undefined) return undefined;
  const target = request.headers['x-amz-target'];
  const signed = { accessKeyId, region, scope };
  if (typeof target === 'string') {
    const operation = target.slice(target.lastIndexOf('.') + 1);
    return { ...signed, operation, input: JSON.parse(body), protocol: 'json' };
  }
  if (isRest(scope)) {
    const { method = '', url = '' } = request;
    return { ...signed, ...readRest(scope, method, url, body), protocol: 'rest' };
  }
  const { Action = '', Version: _version, ...input } = Object.fromEntries(new URLSearchParams(body));
  return { ...signed, operation: Action, input, protocol: 'query' };
}

/** A successful answer. Timestamps go over the wire as epoch seconds, and as texts where the API is REST. */
export function answer({ protocol, operation }: ApiRequest, output: unknown): ApiAnswer {
  if (protocol === 'rest') return json(200, output);
  if (protocol === 'json') return json(200, withEpochSeconds(output));
  return xml(200, element(`${operation}Response`, element(`${operation}Result`, queryMembers(output))));
}

export function errorAnswer({ protocol }: ApiRequest, error: AwsError): ApiAnswer {
  const { code, message, status } = error;
  const members = error instanceof DetailedAwsError ? error.members : {};
  if (protocol === 'json') return json(status, { __type: code, message, ...members });
  if (protocol === 'rest') return { ...json(status, { message }), errorType: code };
  const type = status < 500 ? 'Sender' : 'Receiver';
  const told = element('Type', type) + element('Code', code) + element('Message', escapeXml(message));
  return xml(status, element('ErrorResponse', element('Error', told)));
}

const json = (status: number, body: unknown): ApiAnswer => ({
  status,
  contentType: 'application/x-amz-json-1.1',
  body: JSON.stringify(body),
});

const xml = (status: number, body: string): ApiAnswer => ({ status, contentType: 'text/xml', body });

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const escapeXml = (text: string): string =>
  text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);

function withEpochSeconds(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withEpochSeconds);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withEpochSeconds(member)]));
}
