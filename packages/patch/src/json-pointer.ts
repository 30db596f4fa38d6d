/**
 * Splits a JSON pointer (RFC 6901) into its decoded steps: `/a~1b/0` is `['a/b', '0']`, and the
 * empty pointer, which means the whole document, has none.
 *
 * @returns `undefined` where the text is no pointer: it starts with something else than `/`.
 */
export function parseJsonPointer(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return undefined;
  const steps = pointer.slice(1).split('/');
  return pointer.includes('~') ? steps.map(decodeStep) : steps;
}

/** Joins steps to a JSON pointer: the reverse of {@link parseJsonPointer}. */
export function formatJsonPointer(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** In one pass, so that `~01` is `~1` and not `/`. */
function decodeStep(step: string): string {
  return step.replaceAll(/~[01]/g, (escape) => (escape === '~0' ? '~' : '/'));
}
