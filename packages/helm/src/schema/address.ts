import { quoteString } from '@gitops-toolkit/go-template';
import { SchemaFault } from './schema-fault.ts';

/** An address without its fragment, and the fragment. */
export function splitFragment(url: string): [address: string, fragment: string] {
  const at = url.indexOf('#');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}

/** The address that a reference has from another. @throws SchemaFault */
export function joinAddress(base: string, reference: string): string {
  if (reference.startsWith('#')) return base + reference;
  try {
    return new URL(reference, base).href;
  } catch {
    throw new SchemaFault(`error in parsing ${quoteString(reference)}: it is no address`);
  }
}

/** A fragment as it is meant. @throws SchemaFault */
export function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    throw new SchemaFault(`error in parsing ${quoteString(`#${fragment}`)}: invalid URL escape`);
  }
}
