import { createHmac, timingSafeEqual } from 'node:crypto';
import { SourceError } from '../../errors.ts';

/** A key that a line of `known_hosts` names. */
export interface KnownKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` */
  readonly type: string;
  readonly key: Buffer;
}

/** What is known of a host. */
export interface KnownHost {
  readonly keys: readonly KnownKey[];
  /** Never to be trusted again. */
  readonly revoked: readonly KnownKey[];
  /** Authorities that sign the keys of the host. Certificates of hosts are not read: such a line trusts nothing. */
  readonly hasAuthority: boolean;
}

interface Line {
  readonly marker: '' | '@revoked' | '@cert-authority';
  readonly matches: (host: string) => boolean;
  readonly known: KnownKey;
}

const MAX_LINES = 10_000;

/**
 * What a `known_hosts` file says of a host: plain and hashed names, `[host]:port`, patterns and negations, several names
 * a line, `@revoked` and `@cert-authority` (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
 *
 * @throws `GIT_HOST_KEY_REFUSED` for lines that cannot be read: one that was to revoke a key must not get lost
 */
export function findKnownHost(text: string, host: string, port: number): KnownHost {
  const lines = parse(text);
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  const of = (marker: Line['marker']) =>
    lines.filter((line) => line.marker === marker && line.matches(name)).map(({ known }) => known);
  return { keys: of(''), revoked: of('@revoked'), hasAuthority: of('@cert-authority').length > 0 };
}

function parse(text: string): Line[] {
  const lines = text.split(/\r?\n/);
  if (lines.length > MAX_LINES) throw unreadable(MAX_LINES, `is one of more than ${MAX_LINES}`);
  return lines.flatMap((line, i) => {
    const trimmed = line.trim();
    return trimmed === '' || trimmed.startsWith('#') ? [] : [parseLine(trimmed, i + 1)];
  });
}

function parseLine(line: string, number: number): Line {
  const fields = line.split(/\s+/);
  const marker = fields[0]?.startsWith('@') ? fields.shift() : '';
  const [names = '', type = '', base64 = ''] = fields;
  if (marker !== '' && marker !== '@revoked' && marker !== '@cert-authority')
    throw unreadable(number, `has the marker ${JSON.stringify(marker?.slice(0, 40))}, which is not known`);
  const key = Buffer.from(base64, 'base64');
  if (key.length < 20 || keyType(key) !== type)
    throw unreadable(number, 'has no key of the type that it names');
  return { marker, matches: matcherOf(names, number), known: { type, key } };
}

/** The type that a key in the wire format of SSH begins with. */
export function keyType(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return length > 0 && length <= key.length - 4 ? key.toString('latin1', 4, 4 + length) : '';
}

function matcherOf(names: string, number: number): (host: string) => boolean {
  if (names.startsWith('|')) return hashedMatcher(names, number);
  const patterns = names.split(',').map((name) => {
    const isNegated = name.startsWith('!');
    return { isNegated, pattern: wildcard(isNegated ? name.slice(1) : name) };
  });
  return (host) => {
    const matching = patterns.filter(({ pattern }) => pattern.test(host));
    return matching.length > 0 && !matching.some(({ isNegated }) => isNegated);
  };
}

function hashedMatcher(names: string, number: number): (host: string) => boolean {
  const [, version, salt = '', hash = ''] = names.split('|');
  const wanted = Buffer.from(hash, 'base64');
  if (version !== '1' || wanted.length !== 20)
    throw unreadable(number, 'has a hashed name of an unknown form');
  const key = Buffer.from(salt, 'base64');
  return (host) => timingSafeEqual(createHmac('sha1', key).update(host).digest(), wanted);
}

/** `*` stands for any characters, `?` for one. */
function wildcard(name: string): RegExp {
  const escaped = name.toLowerCase().replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`);
}

function unreadable(number: number, words: string): SourceError {
  return new SourceError('GIT_HOST_KEY_REFUSED', `line ${number} of known_hosts ${words}`, {
    hint: 'Make the file with ssh-keyscan, and compare the fingerprints with those that the host publishes.',
  });
}
