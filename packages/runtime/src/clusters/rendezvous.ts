import { sha256Hex } from '@gitops-toolkit/core';

/**
 * Whose a key is, of several peers: everybody who knows the same peers comes to the same answer, and when one comes or goes no
 * key moves but those that it gets or had (rendezvous hashing, highest random weight).
 */
export function ownerOf(key: string, peers: Iterable<string>): string | undefined {
  let owner: { readonly peer: string; readonly weight: string } | undefined;
  for (const peer of peers) {
    const weight = sha256Hex(`${peer}\0${key}`);
    if (!owner || weight > owner.weight) owner = { peer, weight };
  }
  return owner?.peer;
}
