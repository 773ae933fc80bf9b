import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallSeen, UNANSWERED } from '../aws-view';
import { instantText } from '../instant';
import type { CallFault } from '../scenario/scenario';
import { AwsError, type Call, NotRehearsed, type Service } from '../service';
import type { Access } from './access';
import { CallFaults } from './call-faults';
import type { DeployedFunction } from './deployed-function';
import { gateKey, isGated } from './gated-requests';
import type { Invocation, Served } from './invocation';
import { LocalServer } from './local-server';
import { type ApiAnswer, type ApiRequest, answer, errorAnswer, readRequest } from './wire';

/** What the endpoint must know of the invocation that a request is of. */
export type Requester = Pick<Invocation, 'deployed' | 'calls' | 'logs' | 'enqueue' | 'kill'>;

export interface EndpointOptions {
  readonly now: () => Date;
  /** From which faults count when they begin. */
  readonly start: Date;
  readonly access: Access;
  readonly faults: readonly CallFault[];
  /** The invocation that signs with this key; undefined where none runs. */
  readonly invocationOf: (accessKeyId: string) => Requester | undefined;
  /** Told of each call right after AWS did it, before anything else happens. */
  readonly onCarriedOut: (call: CallSeen, invocation: Requester) => void;
  /** What a custom resource's function answers CloudFormation. */
  readonly onCloudFormationAnswer: (path: string, body: string) => void;
  /** Told of whatever the local AWS cannot play; the rehearsal then ends with it. */
  readonly onNotRehearsed: (error: Error) => void;
}

/** The one address, on 127.0.0.1, at which the deployed functions of a play find AWS. */
export class Endpoint {
  private readonly faults: CallFaults;

  private constructor(
    private readonly options: EndpointOptions,
    private readonly server: LocalServer,
  ) {
    this.faults = new CallFaults(options.faults, options.start);
  }

  static async start(options: EndpointOptions): Promise<Endpoint> {
    const server = await LocalServer.take();
    const endpoint = new Endpoint(options, server);
    server.listen((request, response) => endpoint.serve(request, response));
    return endpoint;
  }

  get url(): string {
    return this.server.url;
  }

  stop(): void {
    this.server.giveBack();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const api = readRequest(request, body);
    if (api === undefined) {
      this.options.onCloudFormationAnswer(request.url ?? '', body);
      response.end();
      return;
    }
    const invocation = this.options.invocationOf(api.accessKeyId);
    const port = request.socket.remotePort;
    // Lambda freezes an environment whose invocation is over: what it still sends arrives nowhere.
    if (invocation === undefined || port === undefined) request.socket.destroy();
    else
      invocation.enqueue({
        port,
        key: gateKey(api),
        isGated: isGated(api),
        serve: () => this.respond(this.answerTo(api, invocation), invocation, request, response),
      });
  }

  private respond(
    answered: ApiAnswer | Unanswered,
    invocation: Requester,
    request: IncomingMessage,
    response: ServerResponse,
  ): Served {
    if (answered === 'timeout') return 'hangs';
    if (answered === 'kill') {
      invocation.kill('Error: Runtime exited with error: signal: killed');
      return 'killed';
    }
    if (answered === 'cut') {
      request.socket.destroy();
      return 'answered';
    }
    // The SDK corrects its clock by this header.
    response.sendDate = false;
    response.setHeader('Date', this.options.now().toUTCString());
    response.setHeader('Content-Type', answered.contentType);
    if (answered.errorType !== undefined) response.setHeader('x-amzn-errortype', answered.errorType);
    response.statusCode = answered.status;
    response.end(answered.body);
    return 'answered';
  }

  private answerTo(api: ApiRequest, invocation: Requester): ApiAnswer | Unanswered {
    try {
      return this.carryOut(api, invocation);
    } catch (error) {
      if (error instanceof AwsError) return errorAnswer(api, error);
      this.options.onNotRehearsed(error instanceof Error ? error : new Error(String(error)));
      return errorAnswer(api, new AwsError('NotRehearsed', String(error), 501));
    }
  }

  private carryOut(api: ApiRequest, invocation: Requester): ApiAnswer | Unanswered {
    const { region } = invocation.deployed;
    const service = region.service(api.scope);
    if (service === undefined) throw new NotRehearsed(`the service ${api.scope}`);
    const called = { name: `${service.name}:${api.operation}`, input: api.input };
    const fault = this.faults.strike(service.name, api, this.options.now());
    if (fault?.effect === 'before') {
      invocation.calls.push({ ...called, error: errorSeen(fault), carriedOut: false });
      return failAs(fault, api);
    }
    const call: Call = { now: this.options.now(), ...region.place };
    let output: unknown;
    try {
      output = this.run(api, call, service, invocation.deployed);
    } catch (error) {
      if (error instanceof AwsError)
        invocation.calls.push({ ...called, error: error.code, carriedOut: false });
      throw error;
    }
    const seen = { ...called, error: fault && errorSeen(fault), carriedOut: true };
    invocation.calls.push(seen);
    this.options.onCarriedOut(seen, invocation);
    return fault === undefined ? answer(api, output) : failAs(fault, api);
  }

  private run(
    api: ApiRequest,
    call: Call,
    service: Service,
    { caller, settings }: DeployedFunction,
  ): unknown {
    const operation = service.operations[api.operation];
    if (operation === undefined) throw new NotRehearsed(`the operation ${service.name}:${api.operation}`);
    const permissions = operation.permissions(api.input, call);
    const refused = this.options.access.refuses(caller, permissions, instantText(call.now));
    if (refused?.refusedAs !== undefined) throw refused.refusedAs;
    if (refused !== undefined) {
      const message = `User: ${settings.roleArn} is not authorized to perform: ${refused.action} on resource: ${refused.resource}`;
      throw api.protocol === 'query'
        ? new AwsError('AuthorizationError', message, 403)
        : new AwsError('AccessDeniedException', message, api.protocol === 'rest' ? 403 : 400);
    }
    return operation.run(api.input, call);
  }
}

/** A call of which the function hears nothing: the connection is cut, or nothing comes, or the function is dead. */
type Unanswered = Exclude<CallFault['kind'], 'error'>;

/** Errors of AWS's own making, answered with HTTP 5xx; every other name is an error of the caller's. */
const SERVER_ERRORS = /Internal|ServiceUnavailable|ServerError|DependencyTimeout/;

const errorSeen = ({ kind, error }: CallFault): string => (kind === 'error' ? error : UNANSWERED[kind]);

function failAs({ kind, error }: CallFault, api: ApiRequest): ApiAnswer | Unanswered {
  if (kind !== 'error') return kind;
  return errorAnswer(
    api,
    new AwsError(error, 'The scenario lets this call fail', SERVER_ERRORS.test(error) ? 500 : 400),
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
