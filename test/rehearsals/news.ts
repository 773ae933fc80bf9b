/** What the texts about an incident tell as new, read off them as their readers do. */

/** The alarms that an e-mail tells as its news; none where it tells of a case or an end, or reminds. */
export function newsOfEmail(body: string): readonly string[] {
  const [whatHappened = ''] = body.split(/^What to do now$/m);
  const [, news = ''] = whatHappened.split(/^(?:CRITICAL|WARNING) on \S+, (?:in alarm since|new:)/m);
  return namesIn(news, /^- (\w+): /gm);
}

/** The alarms that a communication of a case tells as its news. */
export const newsOfCase = (body: string): readonly string[] =>
  namesIn(body, /^- \w+-Bedrock-(\w+)-(?:Critical|Warning)-\S+, /gm);

const namesIn = (text: string, name: RegExp): readonly string[] =>
  [...text.matchAll(name)].map(([, found = '']) => found);
