import type { Input } from '../service';

/** An operation of a service whose API names no operation: it follows from method and path. */
interface Route {
  readonly scope: string;
  readonly method: string;
  /** What it captures are members of the input. */
  readonly path: RegExp;
  readonly operation: string;
  /** Members of the input that stand in the query under another name. */
  readonly query?: Readonly<Record<string, string>>;
}

const PROFILES = /^\/inference-profiles$/;
const ONE_PROFILE = /^\/inference-profiles\/(?<inferenceProfileIdentifier>.+)$/;

const ROUTES: readonly Route[] = [
  {
    scope: 'bedrock',
    method: 'GET',
    path: PROFILES,
    operation: 'ListInferenceProfiles',
    query: { type: 'typeEquals' },
  },
  { scope: 'bedrock', method: 'POST', path: PROFILES, operation: 'CreateInferenceProfile' },
  { scope: 'bedrock', method: 'GET', path: ONE_PROFILE, operation: 'GetInferenceProfile' },
  { scope: 'bedrock', method: 'DELETE', path: ONE_PROFILE, operation: 'DeleteInferenceProfile' },
];

const REST_SCOPES: ReadonlySet<string> = new Set(ROUTES.map(({ scope }) => scope));

/** Whether a service's API is REST. */
export const isRest = (scope: string): boolean => REST_SCOPES.has(scope);

/** What a request of a REST API asks for; the operation is method and path where no route has them. */
export function readRest(
  scope: string,
  method: string,
  url: string,
  body: string,
): { readonly operation: string; readonly input: Input } {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  for (const route of ROUTES) {
    const match = route.scope === scope && route.method === method ? route.path.exec(pathname) : null;
    if (match === null) continue;
    const inPath = Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]);
    const inQuery = [...searchParams].map(([name, text]) => [route.query?.[name] ?? name, text]);
    const inBody: Input = body === '' ? {} : JSON.parse(body);
    return {
      operation: route.operation,
      input: { ...inBody, ...Object.fromEntries([...inPath, ...inQuery]) },
    };
  }
  return { operation: `${method} ${pathname}`, input: {} };
}
