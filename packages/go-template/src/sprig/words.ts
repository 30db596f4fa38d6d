// Words as the Go packages `xstrings` and `goutils` see them.

const isUpper = (character: string): boolean => /^\p{Lu}$/u.test(character);
const isLetter = (character: string): boolean => /^\p{L}$/u.test(character);
const isNumber = (character: string): boolean => /^\p{N}$/u.test(character);
const isPunctuation = (character: string): boolean => /^\p{P}$/u.test(character);
const isSpace = (character: string): boolean => /^[\t\n\v\f\r \u0085\u00a0\p{Z}]$/u.test(character);
const isConnector = (character: string): boolean =>
  character === '-' || character === '_' || isSpace(character);

/** One character as another case, where that is one character too. */
function withCase(character: string, changed: string): string {
  return Array.from(changed).length === 1 ? changed : character;
}

const upper = (character: string): string => withCase(character, character.toUpperCase());
const lower = (character: string): string => withCase(character, character.toLowerCase());

/** `camelcase`: `http_server` is `HttpServer`; connectors in front and double ones stay. */
export function pascalCase(text: string): string {
  const characters = Array.from(text);
  const start = characters.findIndex((character) => !isConnector(character));
  if (start < 0) return withLastTwice(text, characters);
  const head = characters.slice(0, start).join('');
  const first = characters[start] ?? '';
  let result = head;
  let wasUpper = isUpper(first);
  let previous = upper(first);
  for (const character of characters.slice(start + 1)) {
    let shown = character;
    if (isConnector(character) && isConnector(previous)) {
      result += previous;
      previous = character;
      continue;
    }
    if (isConnector(previous)) {
      wasUpper = isUpper(character);
      shown = upper(character);
    } else {
      if (wasUpper && isUpper(character)) shown = lower(character);
      else wasUpper = false;
      result += previous;
    }
    previous = shown;
  }
  return result + previous;
}

/** The peer writes the last connector of a text of nothing else once more. */
function withLastTwice(text: string, characters: readonly string[]): string {
  return text + (characters.at(-1) ?? '');
}

type WordType = 'invalid' | 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other';

interface Word {
  readonly type: WordType;
  readonly text: string;
}

/** `snakecase` and `kebabcase`: words in small letters with a connector between them. */
export function joinWords(text: string, connector: string): string {
  return new WordJoiner(splitWords(text), connector).join();
}

class WordJoiner {
  readonly #words: readonly Word[];
  readonly #connector: string;
  #at = 0;
  #result = '';

  constructor(words: readonly Word[], connector: string) {
    this.#words = words;
    this.#connector = connector;
  }

  join(): string {
    if (this.#words.length === 0) return '';
    for (; this.#at < this.#words.length - 1;) {
      const word = this.#word();
      if (word.type !== 'connector') this.#write(word);
      this.#at++;
      this.#between(word);
    }
    if (this.#at < this.#words.length) this.#write(this.#word());
    return this.#result;
  }

  #word(): Word {
    return this.#words[this.#at] ?? { type: 'invalid', text: '' };
  }

  #isOf(...types: WordType[]): boolean {
    return types.includes(this.#word().type);
  }

  #write({ type, text }: Word): void {
    if (type === 'connector') this.#result += this.#connector.repeat(Array.from(text).length);
    else this.#result += Array.from(text, lower).join('');
  }

  /** What stands between a word and the next, numbers being a part of either. */
  #between(word: Word): void {
    if (word.type === 'number') this.#takeWithNumber();
    else if (word.type === 'connector') this.#write(word);
    else if (word.type !== 'punctuation') this.#afterLetters();
  }

  #takeWithNumber(): void {
    while (this.#isOf('letters', 'number')) this.#write(this.#words[this.#at++] as Word);
    if (!this.#isOf('invalid', 'punctuation', 'connector')) this.#result += this.#connector;
  }

  #afterLetters(): void {
    if (!this.#isOf('number')) {
      if (!this.#isOf('connector', 'punctuation')) this.#result += this.#connector;
      return;
    }
    if (this.#at === this.#words.length - 1) return;
    const number = this.#word();
    this.#at++;
    if (!this.#isOf('letters')) {
      this.#write(number);
      if (!this.#isOf('connector', 'punctuation')) this.#result += this.#connector;
      return;
    }
    this.#result += this.#connector;
    this.#write(number);
    this.#takeWithNumber();
  }
}

function splitWords(text: string): Word[] {
  const characters = Array.from(text);
  const words: Word[] = [];
  for (let at = 0; at < characters.length;) {
    const { type, length } = wordAt(characters, at);
    words.push({ type, text: characters.slice(at, at + length).join('') });
    at += length;
  }
  return words;
}

function wordAt(characters: readonly string[], at: number): { type: WordType; length: number } {
  const first = characters[at] ?? '';
  const run = (is: (character: string) => boolean, from = at + 1): number => {
    let end = from;
    while (end < characters.length && is(characters[end] ?? '')) end++;
    return end - at;
  };
  if (isConnector(first)) return { type: 'connector', length: run(isConnector) };
  if (isPunctuation(first)) return { type: 'punctuation', length: run(isPunctuation) };
  if (isUpper(first)) return { type: 'upper', length: upperLength(characters, at, run) };
  const isSmall = (character: string) => isLetter(character) && !isUpper(character);
  if (isLetter(first)) return { type: 'letters', length: run(isSmall) };
  if (isNumber(first)) return { type: 'number', length: run(isNumber) };
  const isOther = (character: string) =>
    !isConnector(character) && !isLetter(character) && !isNumber(character) && !isPunctuation(character);
  return { type: 'other', length: run(isOther) };
}

/** `HTTPStatus` is `HTTP` and `Status`. */
function upperLength(
  characters: readonly string[],
  at: number,
  run: (is: (character: string) => boolean, from?: number) => number,
): number {
  const second = characters[at + 1] ?? '';
  const isSmall = (character: string) => isLetter(character) && !isUpper(character);
  if (isUpper(second)) {
    const length = run(isUpper);
    return isLetter(characters[at + length] ?? '') ? length - 1 : length;
  }
  return isSmall(second) ? run(isSmall) : 1;
}

/** `initials`: the first character of each word. The peer takes bytes for characters. */
export function initials(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return characters
    .split(/[\t\n\v\f\r \u0085\u00a0]+/)
    .map((word) => word[0] ?? '')
    .join('');
}

/** `untitle`: the first character of each word in small. */
export function uncapitalize(text: string): string {
  return mapWordStarts(text, isSpace, lower);
}

/** `title`: the first letter of each word as a title; what is no letter, digit or underscore parts words. */
export function titleCase(text: string): string {
  const isSeparator = (character: string): boolean => {
    if (character.charCodeAt(0) < 0x80) return !/^[A-Za-z0-9_]$/.test(character);
    return !isLetter(character) && !/^\p{Nd}$/u.test(character) && isSpace(character);
  };
  return mapWordStarts(text, isSeparator, upper);
}

function mapWordStarts(
  text: string,
  isSeparator: (character: string) => boolean,
  change: (character: string) => string,
): string {
  let isStart = true;
  return Array.from(text, (character) => {
    if (isSeparator(character)) {
      isStart = true;
      return character;
    }
    const changed = isStart ? change(character) : character;
    isStart = false;
    return changed;
  }).join('');
}

/** `swapcase`. */
export function swapCase(text: string): string {
  return Array.from(text, (character) => {
    if (isUpper(character) || /^\p{Lt}$/u.test(character)) return lower(character);
    return /^\p{Ll}$/u.test(character) ? upper(character) : character;
  }).join('');
}

/** `nospace`. The peer takes bytes for characters where there is a space: others than ASCII come out as two. */
export function deleteSpace(bytes: Uint8Array, text: string): string {
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte));
  const kept = characters.filter((character) => !/^[\t\n\v\f\r \u0085\u00a0]$/.test(character));
  return kept.length === characters.length ? text : kept.join('');
}
