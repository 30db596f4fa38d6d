/** `299 - "text"`: the code, the agent and the text as a quoted string, with a date perhaps. */
const WARNING = /(\d{3}) (\S+) "((?:[^"\\]|\\.)*)"(?: "[^"]*")?\s*(?:,\s*|$)/gy;

/** The texts of `Warning` headers with code 299, which is what the API server uses. */
export function parseWarnings(header: string | readonly string[] | undefined): string[] {
  if (header === undefined) return [];
  const texts: string[] = [];
  for (const line of typeof header === 'string' ? [header] : header) {
    for (const match of line.matchAll(WARNING)) {
      if (match[1] === '299') texts.push((match[3] ?? '').replaceAll(/\\(.)/g, '$1'));
    }
  }
  return texts;
}
