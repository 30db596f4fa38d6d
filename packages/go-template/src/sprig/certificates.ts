import { base64 } from '../bytes/bit-encoding.ts';
import type { CertificateMaker, CertificatePair } from '../certificates/authority.ts';
import { FunctionError } from '../errors.ts';
import { countKey } from '../execute/limits.ts';
import { printValue } from '../format/format-value.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { fromBytes } from '../value/go-string.ts';
import { GoStruct, type StructType } from '../value/go-struct.ts';
import { isAddress } from './is-address.ts';
import type { RandomSource } from './random-source.ts';

/** What making certificates takes. */
export interface CertificateOptions {
  readonly certificates: () => CertificateMaker;
  /** Told that a key is made. */
  readonly onKey: () => void;
  readonly random: RandomSource;
  readonly now: () => number;
}

const CERTIFICATE: StructType<CertificatePair> = { name: 'sprig.certificate', fields: ['Cert', 'Key'] };
const DAY = 86_400_000;
const LIST = '[]interface {}';
const KEY_TYPES = ['rsa', 'ecdsa', 'ed25519', 'dsa'] as const;

function certificateValue({ certificate, key }: CertificatePair): GoStruct<CertificatePair> {
  return new GoStruct(CERTIFICATE, { certificate, key }, { Cert: certificate, Key: key });
}

/** What a certificate is for, as the arguments say. */
interface Names {
  readonly addresses: readonly string[];
  readonly dnsNames: readonly string[];
}

function namesFrom(addresses: readonly unknown[] | null, dnsNames: readonly unknown[] | null): Names {
  return {
    addresses: (addresses ?? []).map((address) => {
      if (typeof address !== 'string')
        throw new FunctionError(`error parsing ip: ${printValue(address)} is not a string`);
      if (!isAddress(address)) throw new FunctionError(`error parsing ip: ${address}`);
      return address;
    }),
    dnsNames: (dnsNames ?? []).map((name) => {
      if (typeof name === 'string') return name;
      throw new FunctionError(`error processing alternate dns name: ${printValue(name)} is not a string`);
    }),
  };
}

/** Functions that make keys and certificates. */
export function certificateFunctions({ certificates, random, now, onKey }: CertificateOptions): FunctionMap {
  const maker = (): CertificateMaker => certificates();
  const requireKey = (pem: string): string => {
    const fault = maker().checkKey(pem);
    if (fault !== undefined) throw new FunctionError(`parsing private key: ${fault}`);
    return pem;
  };
  const issue = (
    commonName: string,
    names: Names,
    days: bigint,
    key: () => string,
    more: IssueOptions = {},
  ) => {
    const own = key();
    const notBefore = now();
    const request = {
      commonName,
      ...names,
      notBefore,
      notAfter: notBefore + Number(days) * DAY,
      isAuthority: more.isAuthority ?? false,
      serial: random(16),
    };
    return certificateValue({ certificate: maker().sign(request, own, more.authority), key: own });
  };
  const generate = (type: Parameters<CertificateMaker['generateKey']>[0]): string => {
    countKey();
    onKey();
    return maker().generateKey(type);
  };
  const newKey = (): string => generate('rsa-2048');
  const authority = (name: string, days: bigint, key: () => string) =>
    issue(name, { addresses: [], dnsNames: [] }, days, key, { isAuthority: true });
  const requireAuthority = (value: GoStruct<CertificatePair>): CertificatePair => {
    const fault = maker().checkCertificate(value.value.certificate);
    if (fault !== undefined) {
      const place =
        fault === 'unable to decode certificate'
          ? ''
          : 'error parsing certificate: decodedSignerCert.Bytes: ';
      throw new FunctionError(place + fault);
    }
    const keyFault = maker().checkKey(value.value.key);
    if (keyFault !== undefined) throw new FunctionError(`error parsing private key: ${keyFault}`);
    return value.value;
  };
  type Pair = GoStruct<CertificatePair>;
  type List = readonly unknown[] | null;

  return {
    genPrivateKey: goFunction(['string'], (type: string) => {
      const known = KEY_TYPES.find((each) => each === (type === '' ? 'rsa' : type));
      return known ? generate(known) : `Unknown type ${type}`;
    }),
    genCA: goFunction(['string', 'int'], (name: string, days: bigint) => authority(name, days, newKey)),
    genCAWithKey: goFunction(['string', 'int', 'string'], (name: string, days: bigint, key: string) =>
      authority(name, days, () => requireKey(key)),
    ),
    genSelfSignedCert: goFunction(
      ['string', LIST, LIST, 'int'],
      (name: string, ips: List, dns: List, days: bigint) => issue(name, namesFrom(ips, dns), days, newKey),
    ),
    genSelfSignedCertWithKey: goFunction(
      ['string', LIST, LIST, 'int', 'string'],
      (name: string, ips: List, dns: List, days: bigint, key: string) => {
        requireKey(key);
        return issue(name, namesFrom(ips, dns), days, () => key);
      },
    ),
    genSignedCert: goFunction(
      ['string', LIST, LIST, 'int', CERTIFICATE.name],
      (name: string, ips: List, dns: List, days: bigint, ca: Pair) => {
        const signer = requireAuthority(ca);
        return issue(name, namesFrom(ips, dns), days, newKey, { authority: signer });
      },
    ),
    genSignedCertWithKey: goFunction(
      ['string', LIST, LIST, 'int', CERTIFICATE.name, 'string'],
      (name: string, ips: List, dns: List, days: bigint, ca: Pair, key: string) => {
        requireKey(key);
        const signer = requireAuthority(ca);
        return issue(name, namesFrom(ips, dns), days, () => key, { authority: signer });
      },
    ),
    buildCustomCert: goFunction(['string', 'string'], (certificate: string, key: string) =>
      customCertificate(certificate, key, maker()),
    ),
  };
}

interface IssueOptions {
  readonly isAuthority?: boolean;
  readonly authority?: CertificatePair;
}

function customCertificate(
  certificate: string,
  key: string,
  maker: CertificateMaker,
): GoStruct<CertificatePair> {
  const decoded = (text: string, what: string): string => {
    try {
      return fromBytes(base64.decode(text));
    } catch (cause) {
      throw new FunctionError(`unable to decode base64 ${what}`, { cause });
    }
  };
  const pair = { certificate: decoded(certificate, 'certificate'), key: decoded(key, 'private key') };
  const fault = maker.checkCertificate(pair.certificate);
  if (fault !== undefined) {
    const place =
      fault === 'unable to decode certificate' ? '' : 'error parsing certificate: decodedCert.Bytes: ';
    throw new FunctionError(place + fault);
  }
  const keyFault = maker.checkKey(pair.key);
  if (keyFault !== undefined) throw new FunctionError(`error parsing private key: ${keyFault}`);
  return certificateValue(pair);
}
