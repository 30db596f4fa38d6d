import { KustomizeError } from '../errors.ts';

/** An expression: a variable with an operator and its arguments. */
export interface ExpressionNode {
  readonly name: string;
  /** Blank for the plain `${name}`. */
  readonly operator: string;
  readonly args: readonly (string | ExpressionNode)[];
}

/** Arguments that are expressions themselves. */
const MAX_DEPTH = 50;

/**
 * Splits a text into literal parts and expressions.
 *
 * The grammar, down to what it refuses, is that of the `envsubst` package of Flux.
 *
 * @throws KustomizeError KUSTOMIZE_SUBSTITUTION for an expression that cannot be read.
 * @see https://github.com/fluxcd/pkg/tree/main/envsubst
 */
export function parseTemplate(text: string): (string | ExpressionNode)[] {
  const parts: (string | ExpressionNode)[] = [];
  const scanner = new Scanner(text);
  while (!scanner.isAtEnd) {
    const literal = scanner.takeLiteral();
    if (literal !== '') parts.push(literal);
    else if (!scanner.isAtEnd) parts.push(parseExpression(scanner, 0));
  }
  return parts;
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Text up to the next expression; `$$` is one dollar sign, after which nothing begins an expression. */
  takeLiteral(): string {
    let literal = '';
    while (!this.isAtEnd && !this.isAt('${')) {
      const next = this.isAt('$$') ? 2 : 1;
      literal += this.#text.charAt(this.#at + next - 1);
      this.#at += next;
    }
    return literal;
  }

  isAt(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  peek(length: number): string {
    return this.#text.slice(this.#at, this.#at + length);
  }

  skip(length: number): void {
    this.#at += length;
  }

  /** Takes what a sticky pattern matches here; blank where it does not. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** Takes text up to a character or the beginning of an expression. */
  takeUntil(end: string, unescape: boolean): string {
    let taken = '';
    while (!this.isAtEnd && !this.isAt(end) && !this.isAt('${')) {
      const isEscape = unescape && (this.isAt('$$') || this.isAt('\\/') || this.isAt('\\\\'));
      taken += this.#text.charAt(this.#at + (isEscape ? 1 : 0));
      this.#at += isEscape ? 2 : 1;
    }
    return taken;
  }
}

const IDENTIFIER = /[\p{L}\p{Nd}_]+/uy;

function parseExpression(scanner: Scanner, depth: number): ExpressionNode {
  if (depth > MAX_DEPTH) throw invalid('expressions are nested too deeply');
  scanner.skip(2);
  if (scanner.isAt('#')) return parseLength(scanner);
  const name = scanner.take(IDENTIFIER);
  if (name === '') throw invalid('unable to parse variable name');
  if (scanner.isAt(':')) return parseColon(scanner, name, depth);
  if (scanner.isAt('=')) return parseDefault(scanner, name, depth);
  if (scanner.isAt(',') || scanner.isAt('^'))
    return close(scanner, { name, operator: scanner.take(/[,^]{1,2}/y), args: [] });
  if (scanner.isAt('/')) return parseReplace(scanner, name, depth);
  if (scanner.isAt('#')) return parseTrim(scanner, name, scanner.take(/#{1,2}/y), depth);
  if (scanner.isAt('%')) return parseTrim(scanner, name, scanner.take(/%{1,2}/y), depth);
  if (!scanner.isAt('}')) throw invalid('missing closing brace');
  return close(scanner, { name, operator: '', args: [] });
}

function invalid(message: string): KustomizeError {
  return new KustomizeError('KUSTOMIZE_SUBSTITUTION', message, {
    hint: 'Write $${…} for text that is no expression, or opt the object out of substitution.',
  });
}

function close(scanner: Scanner, node: ExpressionNode): ExpressionNode {
  if (!scanner.isAt('}')) throw invalid('bad substitution');
  scanner.skip(1);
  return node;
}

function parseLength(scanner: Scanner): ExpressionNode {
  scanner.skip(1);
  const name = scanner.take(IDENTIFIER);
  if (name === '') throw invalid('bad substitution');
  return close(scanner, { name, operator: '#', args: [] });
}

function parseColon(scanner: Scanner, name: string, depth: number): ExpressionNode {
  if (/^:[=\-?+]/.test(scanner.peek(2))) return parseDefault(scanner, name, depth);
  scanner.skip(1);
  const args = [parseArgument(scanner, ':', depth)];
  if (scanner.isAt('}')) return close(scanner, { name, operator: ':', args });
  if (scanner.take(/:+/y) === '') throw invalid('bad substitution');
  args.push(parseArgument(scanner, '}', depth));
  return close(scanner, { name, operator: ':', args });
}

function parseDefault(scanner: Scanner, name: string, depth: number): ExpressionNode {
  const operator = scanner.take(/=|:[=\-?+]/y);
  const args: (string | ExpressionNode)[] = [];
  while (!scanner.isAt('}')) args.push(parseArgument(scanner, '}', depth));
  return close(scanner, { name, operator, args });
}

function parseTrim(scanner: Scanner, name: string, operator: string, depth: number): ExpressionNode {
  return close(scanner, { name, operator, args: [parseArgument(scanner, '}', depth)] });
}

function parseReplace(scanner: Scanner, name: string, depth: number): ExpressionNode {
  const operator = scanner.take(/\/[/#%]?/y);
  const args = [parseArgument(scanner, '/', depth, true)];
  if (scanner.take(/\/+/y) === '') throw invalid('bad substitution');
  if (!scanner.isAt('}')) args.push(parseArgument(scanner, '}', depth, true));
  return close(scanner, { name, operator, args });
}

/** An expression, or text up to the character that ends the argument; never nothing. */
function parseArgument(
  scanner: Scanner,
  end: string,
  depth: number,
  unescape = false,
): string | ExpressionNode {
  if (scanner.isAt('${')) return parseExpression(scanner, depth + 1);
  // A first argument of two ends with the expression, too.
  const text = end === ':' ? scanner.take(/(?:(?!\$\{)[^:}])+/y) : scanner.takeUntil(end, unescape);
  if (text === '') throw invalid('unable to parse substitution within function');
  return text;
}
