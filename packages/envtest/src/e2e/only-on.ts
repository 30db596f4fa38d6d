/** A server that suites run against. */
export type Target = 'embedded' | 'binaries';

/** The server that `TEST_TARGET` names: the embedded one by default. */
export const target: Target = process.env['TEST_TARGET'] === 'binaries' ? 'binaries' : 'embedded';

/**
 * The options of a suite that holds on one server only. It is skipped on the other, and the reporter
 * `tools/one-target-reporter.ts` lists it with its reason.
 */
export function onlyOn(only: Target, reason: string): { skip: boolean; meta: Record<string, unknown> } {
  return { skip: target !== only, meta: { onlyOn: { target: only, reason } } };
}
