import { cutLines, type TracedPart, type TracedText } from './traced-text.ts';

/**
 * Tells who has written each line of a text that was made of others: a line is found again by what it says, however
 * far it was indented. What is not found again is `own`.
 *
 * @param own the part that a line is when none of the others has written it
 */
export function weave(
  text: string,
  sources: readonly TracedText[],
  own: (text: string, line: number) => TracedPart,
): TracedPart[] {
  const same = sources.findLast((source) => source.text === text);
  if (same) return same.lines.flat();
  const finder = new LineFinder(sources.flatMap(({ lines }) => lines));
  return cutLines(text).flatMap((line, i) => {
    const found = finder.next(line.trim());
    return found ? indented(found, line) : [own(line, i)];
  });
}

/** Finds lines by their words, from the one that was found last. */
class LineFinder {
  readonly #lines: readonly (readonly TracedPart[])[];
  readonly #places = new Map<string, number[]>();
  #at = 0;

  constructor(lines: readonly (readonly TracedPart[])[]) {
    this.#lines = lines;
    for (const [i, parts] of lines.entries()) {
      const words = wordsOf(parts);
      const places = this.#places.get(words);
      if (places) places.push(i);
      else this.#places.set(words, [i]);
    }
  }

  next(words: string): readonly TracedPart[] | undefined {
    if (words === '') return undefined;
    const places = this.#places.get(words) ?? [];
    const place = places.find((each) => each >= this.#at) ?? places[0];
    if (place === undefined) return undefined;
    this.#at = place + 1;
    return this.#lines[place];
  }
}

const wordsOf = (parts: readonly TracedPart[]): string =>
  parts
    .map(({ text }) => text)
    .join('')
    .trim();

/** The parts of a line with the space of another around them. */
function indented(parts: readonly TracedPart[], line: string): TracedPart[] {
  const isBlank = ({ text }: TracedPart): boolean => text.trim() === '';
  const first = parts.findIndex((part) => !isBlank(part));
  const last = parts.findLastIndex((part) => !isBlank(part));
  const start = line.slice(0, line.length - line.trimStart().length);
  const end = line.slice(line.trimEnd().length);
  return parts.slice(first, last + 1).map((part, i, all) => {
    let { text } = part;
    if (i === 0) text = start + text.trimStart();
    if (i === all.length - 1) text = text.trimEnd() + end;
    return { ...part, text };
  });
}
