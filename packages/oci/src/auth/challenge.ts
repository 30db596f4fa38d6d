/** How a registry wants to be asked. */
export type Challenge =
  | { readonly scheme: 'none' }
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service?: string; readonly scope?: string };

/** The challenge that can be answered in a `WWW-Authenticate` header (RFC 9110, 11.6.1); Bearer before Basic. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const challenges = [...splitChallenges(header ?? '')];
  const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
  if (bearer) {
    const [service, scope] = [bearer.parameters.get('service'), bearer.parameters.get('scope')];
    return {
      scheme: 'bearer',
      realm: bearer.parameters.get('realm') ?? '',
      ...(service !== undefined && { service }),
      ...(scope !== undefined && { scope }),
    };
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined;
}

function* splitChallenges(header: string): Generator<{ scheme: string; parameters: Map<string, string> }> {
  // A scheme is a word that is followed by parameters or the end, and by no equals sign.
  for (const part of header.split(/,?\s*(?=\b[A-Za-z]+\s+[\w-]+\s*=|\b(?:Basic|Bearer)\s*$)/)) {
    const [, scheme = '', rest = ''] = /^\s*([A-Za-z]+)\s*(.*)$/s.exec(part) ?? [];
    if (scheme === '') continue;
    const parameters = new Map<string, string>();
    for (const [, name = '', quoted, plain] of rest.matchAll(
      /([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g,
    )) {
      const key = name.toLowerCase();
      if (!parameters.has(key)) parameters.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '');
    }
    yield { scheme: scheme.toLowerCase(), parameters };
  }
}
