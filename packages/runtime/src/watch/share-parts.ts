import { isRecord } from '@gitops-toolkit/core';

/** The parser of JSON keeps shorter texts once by itself. */
const longestKeptOnce = 10;

/**
 * Replaces what a fresh value has in common with a model by the model's own: equal texts, lists and maps, at
 * the same place. The objects of a kind say the same in most of their fields, and keep it once then.
 *
 * The fresh value is changed; both are not to be changed afterwards.
 *
 * @returns the model where all of it is equal
 */
export function shareParts<T>(fresh: T, model: T): T {
  if (fresh === model) return model;
  if (Array.isArray(fresh)) return Array.isArray(model) && shareItems(fresh, model) ? model : fresh;
  if (!isRecord(fresh) || !isRecord(model) || Object.isFrozen(fresh)) return fresh;
  return shareFields(fresh, model) ? model : fresh;
}

function shareItems(fresh: unknown[], model: readonly unknown[]): boolean {
  if (Object.isFrozen(fresh)) return false;
  let isSame = fresh.length === model.length;
  for (let i = 0; i < fresh.length && i < model.length; i++) {
    fresh[i] = shareParts(fresh[i], model[i]);
    if (fresh[i] !== model[i]) isSame = false;
  }
  return isSame;
}

function shareFields(fresh: Record<string, unknown>, model: Record<string, unknown>): boolean {
  let isSame = true;
  let count = 0;
  for (const key in fresh) {
    count++;
    const [own, other] = [fresh[key], model[key]];
    // The one key that cannot be read and written like the others.
    const shared = key === '__proto__' ? own : shareParts(own, other);
    if (shared !== other || !Object.hasOwn(model, key)) isSame = false;
    else if (isWorthSharing(shared)) fresh[key] = shared;
  }
  if (isSame) for (const _ in model) count--;
  return isSame && count === 0;
}

function isWorthSharing(value: unknown): boolean {
  return typeof value === 'string' ? value.length > longestKeptOnce : typeof value === 'object';
}
