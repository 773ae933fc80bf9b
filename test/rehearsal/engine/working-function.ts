import { functionResources, messageTo, queueResources, type SmallStack, table } from './small-application';

/** Calls AWS without the SDK, and some steps that functions are made of. */
export const CALLS_AWS = `
  const http = require('node:http');
  const aws = (scope, operation, input) => new Promise((resolve, reject) => {
    const request = http.request(process.env.AWS_ENDPOINT_URL, {
      method: 'POST',
      headers: {
        Authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID
          + '/20260302/us-east-1/' + scope + '/aws4_request',
        'X-Amz-Target': 'Any.' + operation,
      },
    }, (response) => {
      let body = '';
      response.on('data', (chunk) => { body += chunk; });
      response.on('end', () => {
        const answer = JSON.parse(body);
        if (response.statusCode === 200) resolve(answer);
        else reject(new Error(answer.__type));
      });
    });
    request.on('error', reject);
    request.end(JSON.stringify(input));
  });
  const TableName = 'counters';
  const Key = { name: { S: 'all' } };
  const readCount = async () => Number((await aws('dynamodb', 'GetItem', { TableName, Key })).Item?.count.N ?? 0);
  const putCount = (count, condition) =>
    aws('dynamodb', 'PutItem', { TableName, Item: { ...Key, count: { N: String(count) } }, ...condition });
  const say = (line) => console.log(JSON.stringify(line));
`;

/** A function that is run by each message of the queue `work`. */
export const worker = (code: string, maximumConcurrency = 10, codeKey = 'code'): SmallStack => ({
  name: 'work',
  resources: {
    ...functionResources('f', codeKey, ['dynamodb:*', 'support:*', 'ssm:*']),
    ...queueResources('work', maximumConcurrency),
    Counters: table('counters', 'name'),
  },
  code: { [codeKey]: `${CALLS_AWS}\nexports.handler = async (event, context) => {${code}};` },
});

/** Messages to that function, one after the other. */
export const messages = (...instants: readonly string[]) =>
  instants.map((at, index) => messageTo('work', at, `message ${index}`));
