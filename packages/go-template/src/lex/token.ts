import { quoteString } from '../format/quote.ts';

/** The kinds of tokens that `text/template/parse` tells apart. */
export type TokenType =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'comment'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelimiter'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelimiter'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | Keyword;

/** The words with a meaning of their own inside actions. */
export type Keyword =
  | 'block'
  | 'break'
  | 'continue'
  | 'dot'
  | 'define'
  | 'else'
  | 'end'
  | 'if'
  | 'nil'
  | 'range'
  | 'template'
  | 'with';

/** A piece of a template's text. */
export interface Token {
  readonly type: TokenType;
  /** The text; for errors, what is wrong. */
  readonly value: string;
  /** UTF-16 units from the start of the template. */
  readonly offset: number;
}

const KEYWORDS: ReadonlySet<string> = new Set<Keyword>([
  'block',
  'break',
  'continue',
  'dot',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
]);

/** The keyword that a word is; the dot is none that can be written as a word. */
export function keywordOf(word: string): Keyword | undefined {
  return word !== 'dot' && KEYWORDS.has(word) ? (word as Keyword) : undefined;
}

/** A token as messages name it. */
export function describeToken({ type, value }: Token): string {
  if (type === 'eof') return 'EOF';
  if (type === 'error') return value;
  if (KEYWORDS.has(type)) return `<${value}>`;
  const characters = Array.from(value);
  if (new TextEncoder().encode(value).length > 10)
    return `${quoteString(characters.slice(0, 10).join(''))}...`;
  return quoteString(value);
}
