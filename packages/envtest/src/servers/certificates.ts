import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A certificate with its key, in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** When a certificate counts, in milliseconds since 1970. */
export interface Validity {
  /** @default yesterday */
  readonly fromMs: number;
  /** @default in ten years */
  readonly toMs: number;
}

/** An authority that signs certificates for one test. */
export interface TestAuthority {
  readonly ca: string;
  /** For the server at 127.0.0.1. */
  server(validity?: Partial<Validity>): TestCertificate;
  client(name: string): TestCertificate;
}

const EC_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

/** Makes an authority of its own, valid from yesterday for ten years. */
export function createAuthority(): TestAuthority {
  const { privateKey, publicKey } = newKey();
  const isAuthority = extension('551d13', sequence(der(0x01, Buffer.from([0xff]))));
  const issuer = distinguishedName('Test authority');
  const sealed = (subject: Buffer, key: KeyObject, extensions: Buffer[], validity?: Partial<Validity>) =>
    certificate({ issuer, subject, publicKey: key, signingKey: privateKey, extensions, ...validity });
  const issue = (name: string, extensions: Buffer[], validity?: Partial<Validity>): TestCertificate => {
    const own = newKey();
    return {
      cert: sealed(distinguishedName(name), own.publicKey, extensions, validity),
      key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  };
  const loopback = extension('551d11', sequence(der(0x87, Buffer.from([127, 0, 0, 1]))));
  const use = (purpose: string) => extension('551d25', sequence(oid(purpose)));
  return {
    ca: sealed(issuer, publicKey, [isAuthority]),
    server: (validity) => issue('127.0.0.1', [loopback, use('2b06010505070301')], validity),
    client: (name) => issue(name, [use('2b06010505070302')]),
  };
}

function newKey(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function certificate(
  options: Partial<Validity> & {
    issuer: Buffer;
    subject: Buffer;
    publicKey: KeyObject;
    signingKey: KeyObject;
    extensions: Buffer[];
  },
): string {
  const now = Date.now();
  const { fromMs = now - 86_400_000, toMs = now + 10 * 365 * 86_400_000 } = options;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from(String(now % 1_000_000_000))),
    EC_WITH_SHA256,
    options.issuer,
    sequence(time(fromMs), time(toMs)),
    options.subject,
    options.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...options.extensions)),
  );
  const whole = sequence(body, EC_WITH_SHA256, bits(sign('sha256', body, options.signingKey)));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value));
}

function time(ms: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

function bits(value: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.from([0]), value]));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
