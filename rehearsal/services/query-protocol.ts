/**
 * The members of an answer in AWS's Query protocol, as XML: a Map becomes entries of key and value, an array members, any
 * other object a structure; what is undefined is left out.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryMembers(output: unknown): string {
  if (typeof output !== 'object' || output === null) return '';
  return Object.entries(output)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => element(name, contentOf(value)))
    .join('');
}

function contentOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) {
    return [...value]
      .map(([key, entry]) =>
        element('entry', element('key', contentOf(key)) + element('value', contentOf(entry))),
      )
      .join('');
  }
  if (Array.isArray(value)) return value.map((member) => element('member', contentOf(member))).join('');
  if (typeof value === 'object' && value !== null) return queryMembers(value);
  return escapeXml(String(value));
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const escapeXml = (text: string): string =>
  text.replace(/[<>&\r]/g, (character) => `&#${character.charCodeAt(0)};`);
