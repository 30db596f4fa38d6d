import { decodeMessage } from './decode-message.ts';
import { messageName } from '../go-types/message-types.ts';
import { asBytes, readFields, WireError } from './wire-reader.ts';

/** Every protobuf body of Kubernetes begins with these bytes. */
const MAGIC = Buffer.from('k8s\0', 'latin1');

/**
 * Decodes a body of the type `application/vnd.kubernetes.protobuf` into the JSON value that it stands for.
 *
 * @throws WireError
 */
export function decodeProtobufBody(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new WireError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const envelope = readFields(body.subarray(MAGIC.length));
  const part = (number: number): Buffer => {
    const found = envelope.find((field) => field.number === number)?.value;
    return found === undefined ? Buffer.alloc(0) : asBytes(found);
  };
  const type = readFields(part(1));
  const text = (number: number): string => {
    const found = type.find((field) => field.number === number)?.value;
    return found === undefined ? '' : asBytes(found).toString('utf8');
  };
  const [apiVersion, kind] = [text(1), text(2)];
  return { apiVersion, kind, ...decodeMessage(messageName(apiVersion, kind), part(2)) };
}
