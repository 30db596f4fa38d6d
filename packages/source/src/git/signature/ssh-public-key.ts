import { createHash, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { badSignature } from './signature-error.ts';
import { WireReader } from './wire-reader.ts';

/** A public key of SSH, which says whether it made a signature. */
export interface SshPublicKey {
  readonly type: string;
  /** In the encoding of SSH. */
  readonly blob: Buffer;
  verifies(data: Buffer, signature: Buffer): boolean;
}

const CURVES: Readonly<
  Record<string, { readonly name: string; readonly hash: string; readonly bytes: number }>
> = {
  nistp256: { name: 'P-256', hash: 'sha256', bytes: 32 },
  nistp384: { name: 'P-384', hash: 'sha384', bytes: 48 },
  nistp521: { name: 'P-521', hash: 'sha512', bytes: 66 },
};
const MIN_RSA_BYTES = 256;
const USER_PRESENT = 1;

/**
 * Reads a public key: Ed25519, ECDSA, RSA, and those of security keys (RFC 8709, 5656, 8332, PROTOCOL.u2f of OpenSSH).
 *
 * @throws RangeError for what is no key or of no type that may sign
 */
export function parseSshPublicKey(blob: Buffer): SshPublicKey {
  const reader = new WireReader(blob);
  const type = reader.text();
  const verifies = verifierOf(type, reader);
  if (!reader.isAtEnd) throw new RangeError('has more than a key');
  return { type, blob, verifies };
}

type Verifier = (data: Buffer, signature: Buffer) => boolean;

function verifierOf(type: string, reader: WireReader): Verifier {
  if (type === 'ssh-ed25519') return ed25519(ed25519Key(reader.string()));
  if (type === 'ssh-rsa') return rsa(reader);
  if (type.startsWith('ecdsa-sha2-')) return ecdsa(type, reader);
  if (type === 'sk-ssh-ed25519@openssh.com') {
    const key = ed25519Key(reader.string());
    return securityKey(type, reader.string(), (data, signature) => verify(null, data, key, signature));
  }
  if (type === 'sk-ecdsa-sha2-nistp256@openssh.com') {
    const { key, toRaw } = ecKey(reader);
    const check: Verifier = (data, signature) =>
      verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, toRaw(signature));
    return securityKey(type, reader.string(), check);
  }
  throw new RangeError(`is of the type ${type.slice(0, 60)}, which may not sign`);
}

function ed25519(key: KeyObject): Verifier {
  return (data, signature) => verify(null, data, key, signatureOf('ssh-ed25519', signature));
}

function ed25519Key(point: Buffer): KeyObject {
  return jwk({ kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') });
}

function rsa(reader: WireReader): Verifier {
  const [e, n] = [reader.integer(), reader.integer()];
  if (n.length < MIN_RSA_BYTES) throw new RangeError(`is an RSA key of ${n.length * 8} bits`);
  const key = jwk({ kty: 'RSA', e: e.toString('base64url'), n: n.toString('base64url') });
  return (data, signature) => {
    const parts = new WireReader(signature);
    // `ssh-rsa` signs by SHA-1.
    const hash = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' }[parts.text()];
    return hash !== undefined && verify(hash, data, key, parts.string());
  };
}

function ecdsa(type: string, reader: WireReader): Verifier {
  const { key, curve, toRaw } = ecKey(reader);
  if (type !== `ecdsa-sha2-${curve}`) throw new RangeError('is of another curve than it says');
  const hash = CURVES[curve]?.hash ?? '';
  return (data, signature) =>
    verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, toRaw(signatureOf(type, signature)));
}

function ecKey(reader: WireReader): { key: KeyObject; curve: string; toRaw: (signature: Buffer) => Buffer } {
  const curve = reader.text();
  const parameters = CURVES[curve];
  const point = reader.string();
  if (!parameters || point.length !== 1 + 2 * parameters.bytes || point[0] !== 4)
    throw new RangeError('is of an unknown curve, or no point of it');
  const { bytes, name } = parameters;
  const x = point.toString('base64url', 1, 1 + bytes);
  const y = point.toString('base64url', 1 + bytes);
  const toRaw = (signature: Buffer): Buffer => {
    const reading = new WireReader(signature);
    const raw = Buffer.alloc(2 * bytes);
    for (const end of [bytes, 2 * bytes]) {
      const part = reading.integer();
      if (part.length > bytes) throw new RangeError('is too long');
      part.copy(raw, end - part.length);
    }
    return raw;
  };
  return { key: jwk({ kty: 'EC', crv: name, x, y }), curve, toRaw };
}

/** A security key signs the hash of the data with its own count, and says whether somebody touched it. */
function securityKey(type: string, application: Buffer, check: Verifier): Verifier {
  return (data, signature) => {
    const parts = new WireReader(signature);
    if (parts.text() !== type) return false;
    const inner = parts.string();
    const flagsAndCount = parts.take(5);
    if (((flagsAndCount[0] ?? 0) & USER_PRESENT) === 0)
      throw badSignature('the signature was made by a security key that nobody touched');
    return check(Buffer.concat([sha256(application), flagsAndCount, sha256(data)]), inner);
  };
}

function signatureOf(type: string, signature: Buffer): Buffer {
  const parts = new WireReader(signature);
  if (parts.text() !== type) throw new RangeError('is of another type than its key');
  return parts.string();
}

function jwk(key: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    throw new RangeError('is no point of its curve');
  }
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}
