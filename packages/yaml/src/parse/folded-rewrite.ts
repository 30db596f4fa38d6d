// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\0-\x08\x0b-\x1f\x7f-\x9f\ufeff]|[\ud800-\udbff][\udc00-\udfff]/;

/** Whether go-yaml's way of writing a text as a folded scalar can give another text when it is read. */
export function changesWhenRewritten(text: string): boolean {
  if (!/^[ \t\n]|\n[ \t]|\n\n$/.test(text)) return false;
  return isWrittenAsBlock(text);
}

/** Whether go-yaml can write a text as a block scalar; else it takes double quotes, which are exact. */
export function isWrittenAsBlock(text: string): boolean {
  return !text.endsWith(' ') && !text.includes(' \n') && !UNPRINTABLE.test(text);
}

/** Writes a text as go-yaml v3 writes a folded scalar at the root of a document. */
export function writeFolded(text: string): string {
  const startsIndented = /^\n*(?:[ \t]|$)/.test(text);
  let result = `>${hints(text)}\n`;
  let atLineStart = true;
  let indented = true;
  for (const character of text) {
    if (character === '\n') {
      // The one line end of the text is an empty line when written, or it would fold to a space.
      if (!atLineStart && !indented && !startsIndented) result += '\n';
      result += '\n';
      atLineStart = true;
    } else {
      if (atLineStart) {
        indented = character === ' ' || character === '\t';
        result += '  ';
      }
      result += character;
      atLineStart = false;
    }
  }
  return atLineStart ? result : `${result}\n`;
}

function hints(text: string): string {
  const indentation = text.startsWith(' ') || text.startsWith('\n') ? '2' : '';
  if (!text.endsWith('\n')) return `${indentation}-`;
  return text === '\n' || text.endsWith('\n\n') ? `${indentation}+` : indentation;
}
