import { invalid } from '../read.ts';
import { type Cbor, type CborMap, CborTag, decodeCbor, encodeBytes, encodeShortText } from './cbor.ts';
import { type Envelope, parseChain } from './envelope.ts';
import { readHeaders, SCHEME } from './headers.ts';

const COSE_SIGN1 = 18;
const EPOCH_TIME = 1;
/** Labels of the COSE header registry. */
const ALGORITHM = 1;
const CRITICAL = 2;
const CONTENT_TYPE = 3;
const X5CHAIN = 33;

const ALGORITHM_NAMES: ReadonlyMap<unknown, string> = new Map([
  [-37, 'PS256'],
  [-38, 'PS384'],
  [-39, 'PS512'],
  [-7, 'ES256'],
  [-35, 'ES384'],
  [-36, 'ES512'],
]);

/** An envelope that is a tagged COSE_Sign1 (RFC 9052, 4.2; Notation's signature-envelope-cose). */
export function parseCose(content: Buffer): Envelope {
  const message = decodeCbor(content);
  if (
    !(message instanceof CborTag) ||
    message.tag !== COSE_SIGN1 ||
    !Array.isArray(message.value) ||
    message.value.length !== 4
  ) {
    throw invalid('The envelope of the signature is no COSE_Sign1');
  }
  const [encoded, header, payload, signature] = message.value as readonly Cbor[];
  if (
    !Buffer.isBuffer(encoded) ||
    !(header instanceof Map) ||
    !Buffer.isBuffer(payload) ||
    !Buffer.isBuffer(signature)
  ) {
    throw invalid('The envelope of the signature is no COSE_Sign1');
  }
  const headers = decodeCbor(encoded);
  if (!(headers instanceof Map)) throw invalid('The protected header of the signature is no map');
  const contentType = headers.get(CONTENT_TYPE);
  return {
    ...readProtected(headers),
    payload,
    contentType: typeof contentType === 'string' ? contentType : '',
    algorithm: ALGORITHM_NAMES.get(headers.get(ALGORITHM)) ?? '',
    signed: signatureStructure(encoded, payload),
    signature,
    chain: parseChain(chainOf(header.get(X5CHAIN))),
  };
}

function readProtected(headers: CborMap): ReturnType<typeof readHeaders> {
  const critical = headers.get(CRITICAL);
  if (!Array.isArray(critical)) throw invalid('The signature has no list of critical headers');
  const names = [...headers.keys()].filter((key) => typeof key === 'string');
  const time = (name: string): number | undefined =>
    headers.has(name) ? epochTime(headers.get(name)) : undefined;
  // Labels of the registry may be critical: they are read.
  const labels = critical.filter((label) => typeof label === 'number');
  if (labels.some((label) => label !== ALGORITHM && label !== CONTENT_TYPE))
    throw invalid('The signature has a critical header that is not known');
  return readHeaders(
    {
      scheme: headers.get(SCHEME),
      critical: critical.filter((label) => typeof label !== 'number'),
      names,
      time,
    },
    [],
  );
}

function epochTime(value: Cbor | undefined): number {
  if (!(value instanceof CborTag) || value.tag !== EPOCH_TIME || typeof value.value !== 'number')
    throw invalid('A time of the signature is no time of CBOR');
  return value.value * 1000;
}

function chainOf(value: Cbor | undefined): readonly Buffer[] {
  const list = Buffer.isBuffer(value) ? [value] : value;
  if (!Array.isArray(list) || !list.every((one) => Buffer.isBuffer(one)))
    throw invalid('The signature has no chain of certificates');
  return list;
}

/** `Sig_structure` of RFC 9052, 4.4, with no external data. */
function signatureStructure(encoded: Buffer, payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([0x84]),
    encodeShortText('Signature1'),
    encodeBytes(encoded),
    encodeBytes(Buffer.alloc(0)),
    encodeBytes(payload),
  ]);
}
