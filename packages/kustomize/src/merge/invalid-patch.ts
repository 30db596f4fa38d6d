import { KustomizeError } from '../errors.ts';
import type { ValuePath } from './merge-context.ts';

/** A patch that cannot be read, or not be applied to its target. */
export function invalidPatch(message: string, hint?: string): KustomizeError {
  return new KustomizeError('KUSTOMIZE_INVALID_PATCH', message, hint === undefined ? {} : { hint });
}

/** A patch that has something of another kind in a place than its target has. */
export class WrongKind extends KustomizeError {
  /** The place in the target. */
  readonly path: ValuePath;

  constructor(expected: string, actual: string, path: ValuePath) {
    const summary = `wrong node kind: expected ${expected} but got ${actual} at ${path.join('.') || 'the root'}`;
    super('KUSTOMIZE_INVALID_PATCH', summary, {
      hint: 'A patch has the structure of what it changes: a map over a map, a list over a list.',
    });
    this.path = path;
  }
}
