import { RuntimeError } from '../errors.ts';

/** Names and defaults of the features that a controller can switch. */
export type FeatureGateDefaults = Readonly<Record<string, boolean>>;

/**
 * Reads `--feature-gates`: `Name=true,Other=false`.
 *
 * @throws RuntimeError `RUNTIME_FLAG_INVALID` for a gate that the controller does not know, as Flux does,
 * so that a misspelt gate is never silently off.
 */
export function parseFeatureGates<const D extends FeatureGateDefaults>(
  defaults: D,
  given: readonly string[],
): Readonly<Record<keyof D, boolean>> {
  const gates: Record<string, boolean> = { ...defaults };
  for (const item of given) {
    const [name = '', value = ''] = item.split('=', 2);
    if (!Object.hasOwn(defaults, name)) {
      throw new RuntimeError('RUNTIME_FLAG_INVALID', `unknown feature gate ${JSON.stringify(name)}`, {
        hint: `There is: ${Object.keys(defaults).join(', ') || 'none'}.`,
      });
    }
    if (!/^(true|false)$/i.test(value)) {
      throw new RuntimeError(
        'RUNTIME_FLAG_INVALID',
        `feature gate ${name}: ${JSON.stringify(value)} is not true or false`,
      );
    }
    gates[name] = value.toLowerCase() === 'true';
  }
  return gates as Readonly<Record<keyof D, boolean>>;
}
