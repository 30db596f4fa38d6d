import { describe, expect, it } from 'vitest';
import { CoreError } from '../../core-errors.ts';
import { describeError, ToolkitError, type ToolkitErrorOptions } from '../../errors.ts';
import { decodeError, encodeError, type ErrorClasses } from './error-message.ts';

class StepError extends ToolkitError {
  readonly steps: readonly string[];
  constructor(code: string, message: string, options: ToolkitErrorOptions & { steps?: readonly string[] }) {
    super(code, message, options);
    this.steps = options.steps ?? [];
  }
}
const CLASSES: ErrorClasses = {
  STEP: (code, message, options) => new StepError(code, message, options),
};

const roundTrip = (error: unknown): Error => decodeError(structuredClone(encodeError(error)), CLASSES);

describe('decodeError', () => {
  it('makes an error of the same class, which says the same', () => {
    const cause = new CoreError('DIGEST_INVALID', 'not a digest', { cause: new RangeError('deep') });
    const error = new StepError('STEP_FAILED', 'failed', {
      steps: ['base', 'patch 1'],
      cause,
      object: { apiVersion: 'v1', kind: 'Pod', name: 'a' },
      source: { file: 'a.yaml', line: 30, column: 2 },
      sourceText: Array.from({ length: 100 }, (_, i) => `line ${i + 1}`).join('\n'),
      hint: 'Do it again.',
      retry: 'backoff',
      retryAfterMs: 5,
    });
    const copy = roundTrip(error) as StepError;
    expect(copy).toBeInstanceOf(StepError);
    expect(Object.entries(copy)).toEqual(Object.entries(error));
    expect(copy.frame).toBe(error.frame);
    expect(copy.stack).toBe(error.stack);
    expect(describeError(copy)).toBe(describeError(error));
    expect(copy.cause).toBeInstanceOf(CoreError);
    expect((copy.cause as Error).cause).toBeInstanceOf(RangeError);
  });

  it('takes the nearest class that it knows', () => {
    class OtherError extends ToolkitError {
      readonly more = { a: 1 };
    }
    const copy = roundTrip(new OtherError('OTHER', 'text'));
    expect(copy).toBeInstanceOf(ToolkitError);
    expect(copy).toMatchObject({ name: 'OtherError', code: 'OTHER', more: { a: 1 } });
    const missing = Object.assign(new Error('not there'), { code: 'ENOENT', call: () => {} });
    expect(roundTrip(missing)).toMatchObject({ message: 'not there', code: 'ENOENT' });
    expect(roundTrip(new SyntaxError('unexpected'))).toBeInstanceOf(SyntaxError);
  });

  it('brings over whatever was thrown', () => {
    expect(roundTrip('text').message).toBe('text');
    expect(roundTrip(new Error('a', { cause: { b: 1 } })).cause).toEqual({ b: 1 });
    expect(roundTrip(new Error('a', { cause: () => {} })).cause).toBe('() => {}');
    const endless = new Error('endless');
    endless.cause = endless;
    expect(roundTrip(endless).message).toBe('endless');
  });
});
