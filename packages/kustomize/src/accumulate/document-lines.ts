/**
 * The lines (from 1) on which the documents of a file begin, found in one pass; a document's own answer
 * counts the lines of the file each time.
 */
export function documentLines(text: string): number[] {
  const lines: number[] = [];
  let isStarted = false;
  let number = 0;
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    number++;
    if (text.startsWith('---', start)) {
      isStarted = false;
    } else if (!isStarted && hasContent(text, start, end)) {
      isStarted = true;
      lines.push(number);
    }
    start = end + 1;
  }
  return lines;
}

function hasContent(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const character = text.charAt(i);
    if (character === '#') return false;
    if (character !== ' ' && character !== '\t' && character !== '\r' && character !== '\uFEFF') return true;
  }
  return false;
}
