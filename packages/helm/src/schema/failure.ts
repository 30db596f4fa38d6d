import { printFloat, quoteString } from '@gitops-toolkit/go-template';

/** A value that a schema does not allow, and why. */
export interface Failure {
  /** Where the value is, name by name. */
  readonly at: readonly string[];
  readonly text: string;
  /** Stands for what it leads to where that is one thing. */
  readonly isReference?: boolean;
  /** Several failures of one schema. */
  readonly isGroup?: boolean;
  readonly causes: readonly Failure[];
}

/** The lines that the Go package prints for a failure of a whole document. */
export function failureLines(failure: Failure): string {
  const causes = failure.isGroup === true ? failure.causes : [failure];
  return causes.map((cause) => linesOf(cause, 0)).join('');
}

function linesOf(failure: Failure, depth: number): string {
  const isSkipped = failure.isReference === true && failure.causes.length === 1;
  const inner = isSkipped ? depth : depth + 1;
  const own = isSkipped ? '' : `\n${'  '.repeat(depth)}- at ${quoted(pointer(failure.at))}: ${failure.text}`;
  return own + failure.causes.map((cause) => linesOf(cause, inner)).join('');
}

/** A JSON pointer. */
export function pointer(at: readonly string[]): string {
  return at.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A text in single quotes. */
export function quoted(text: string): string {
  return `'${quoteString(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

export const quotedList = (texts: readonly string[]): string => texts.map(quoted).join(', ');

/** A number with commas between thousands. */
export function shownNumber(value: number): string {
  const text = printFloat(value);
  if (text.includes('e')) return text;
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/.exec(text) ?? [];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return sign + (whole === '' ? text : grouped + rest);
}

/** A value in a message. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return '<nil>';
  if (typeof value === 'object') return 'value';
  // Numbers are shown as they are written in JSON.
  return JSON.stringify(value);
}
