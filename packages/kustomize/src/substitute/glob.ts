import { compilePattern } from '@gitops-toolkit/schema/pattern';

/**
 * A shell pattern (`*`, `?`, `[a-z]`, `\x`) as one that the whole of a text must match.
 *
 * @returns `undefined` for a pattern that is malformed.
 */
export function globPattern(glob: string): { test(text: string): boolean } | undefined {
  const source = translate(glob);
  if (source === undefined) return undefined;
  const compiled = compilePattern(`(?s)^(?:${source})$`);
  return compiled.error === undefined ? compiled : undefined;
}

function translate(glob: string): string | undefined {
  let source = '';
  for (let i = 0; i < glob.length; i++) {
    const character = glob.charAt(i);
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '[') {
      const end = classEnd(glob, i);
      if (end === undefined) return undefined;
      source += glob.slice(i, end);
      i = end - 1;
    } else if (character === '\\') {
      if (++i >= glob.length) return undefined;
      source += escape(glob.charAt(i));
    } else source += escape(character);
  }
  return source;
}

function classEnd(glob: string, start: number): number | undefined {
  const match = /\[\^?(?:\\.|[^\]\\])+\]/y;
  match.lastIndex = start;
  return match.test(glob) ? match.lastIndex : undefined;
}

function escape(character: string): string {
  return /[.*+?^${}()|[\]\\]/.test(character) ? `\\${character}` : character;
}
