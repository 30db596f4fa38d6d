import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkHostKey, fingerprint, hostKeyAlgorithms } from './host-key.ts';
import { findKnownHost } from './known-hosts.ts';

/** A key in the wire format, of no use but to be compared. */
function key(type: string, fill: number): { line: string; bytes: Buffer } {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  const bytes = Buffer.concat([length, Buffer.from(type), Buffer.alloc(32, fill)]);
  return { line: `${type} ${bytes.toString('base64')}`, bytes };
}
const ED = key('ssh-ed25519', 1);
const OTHER = key('ssh-ed25519', 2);
const RSA = key('ssh-rsa', 3);

function hashed(host: string): string {
  const salt = Buffer.from('a salt of 20 bytes!!');
  const hash = createHmac('sha1', salt).update(host).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

describe('a line of known_hosts', () => {
  it.each([
    ['a name', 'git.example.com', 'git.example.com', 22],
    ['a name in another case', 'Git.Example.Com', 'git.example.com', 22],
    ['several names', 'other,git.example.com,10.0.0.1', 'git.example.com', 22],
    ['a port', '[git.example.com]:2222', 'git.example.com', 2222],
    ['a pattern', '*.example.com', 'git.example.com', 22],
    ['one character', 'gi?.example.com', 'git.example.com', 22],
    ['a hash', hashed('git.example.com'), 'git.example.com', 22],
    ['a hash with a port', hashed('[git.example.com]:2222'), 'git.example.com', 2222],
  ])('SEC-SSH-01: is for %s (legitimate)', (_, names, host, port) => {
    const known = findKnownHost(`# comment\n\n${names} ${ED.line} a comment\n`, host, port);
    expect(checkHostKey(ED.bytes, known, host)).toBeUndefined();
  });

  it.each([
    ['another name', 'git.example.org'],
    ['a name that only looks like it', 'gitXexample.com'],
    ['a negation', '*.example.com,!git.example.com'],
    ['the name with another port', '[git.example.com]:2222'],
    ['the hash of another name', hashed('git.example.org')],
  ])('SEC-SSH-01: is not for %s: GIT_HOST_KEY_REFUSED', (_, names) => {
    const known = findKnownHost(`${names} ${ED.line}\n`, 'git.example.com', 22);
    expect(() => hostKeyAlgorithms(known, 'git.example.com')).toThrow(
      expect.objectContaining({ code: 'GIT_HOST_KEY_REFUSED' }),
    );
    expect(checkHostKey(ED.bytes, known, 'git.example.com')).toBeDefined();
  });

  it('SEC-SSH-01: revokes a key for ever, whatever else is said of it', () => {
    const known = findKnownHost(`h ${ED.line}\n@revoked * ${ED.line}\nh ${OTHER.line}\n`, 'h', 22);
    expect(checkHostKey(ED.bytes, known, 'h')?.message).toContain('is revoked');
    expect(checkHostKey(OTHER.bytes, known, 'h')).toBeUndefined();
  });

  it('SEC-SSH-01: names an authority whose certificates are not read, and so trusts nothing', () => {
    const known = findKnownHost(`@cert-authority *.example.com ${ED.line}\n`, 'git.example.com', 22);
    expect(() => hostKeyAlgorithms(known, 'git.example.com')).toThrow(/only an authority/);
    expect(checkHostKey(ED.bytes, known, 'git.example.com')).toBeDefined();
  });

  it('SEC-SSH-01: of a key that was exchanged is told with both fingerprints', () => {
    const known = findKnownHost(`h ${ED.line}\n`, 'h', 22);
    const message = checkHostKey(OTHER.bytes, known, 'h')?.message;
    expect(message).toContain(fingerprint(OTHER.bytes));
    expect(message).toContain(fingerprint(ED.bytes));
  });

  it.each([
    'h ssh-ed25519 AAAA',
    `@unknown h ${ED.line}`,
    `h ssh-rsa ${ED.line.split(' ')[1]}`,
    `|2|a|b ${ED.line}`,
  ])('SEC-SSH-01: that cannot be read lets nothing through: %j', (line) => {
    expect(() => findKnownHost(`h ${OTHER.line}\n${line}\n`, 'h', 22)).toThrow(/^line 2 of known_hosts/);
  });

  it('decides which algorithms are offered, without SHA-1', () => {
    const known = findKnownHost(`h ${RSA.line}\nh ${ED.line}\n`, 'h', 22);
    expect(hostKeyAlgorithms(known, 'h')).toEqual(['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256']);
  });
});
