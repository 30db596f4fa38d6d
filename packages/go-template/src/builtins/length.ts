import { FunctionError } from '../errors.ts';
import { typeOf } from '../value/go-type.ts';
import { lengthOf } from '../value/truth.ts';

/** `len`, of bytes for strings. */
export function requireLength(value: unknown): bigint {
  if (value === null) throw new FunctionError('len of nil pointer');
  if (value === undefined) throw new FunctionError('reflect: call of reflect.Value.Type on zero Value');
  const length = lengthOf(value);
  if (length === undefined) throw new FunctionError(`len of type ${typeOf(value)}`);
  return BigInt(length);
}
