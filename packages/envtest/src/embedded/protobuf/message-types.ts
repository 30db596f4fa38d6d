import { MESSAGES } from './messages.generated.ts';

/** How the value of a field is encoded. */
export type FieldKind =
  | { readonly kind: 'string' | 'integer' | 'boolean' | 'double' | 'bytes' }
  | { readonly kind: 'message'; readonly message: string }
  | { readonly kind: 'list' | 'map' | 'namedList'; readonly of: FieldKind }
  | { readonly kind: 'special'; readonly name: string };

/** A field of a message. */
export interface MessageField {
  readonly name: string;
  readonly type: FieldKind;
  /** The fields of the value belong to the message around it. */
  readonly inline: boolean;
  /** The zero value means that the field is not set. */
  readonly omitZero: boolean;
}

/** Fields by their number. */
export type MessageType = ReadonlyMap<number, MessageField>;

let lines: Map<string, string> | undefined;
const types = new Map<string, MessageType>();

/** The fields of a message, as `core/v1.Pod`; `undefined` for messages that are not known. */
export function messageType(name: string): MessageType | undefined {
  const known = types.get(name);
  if (known) return known;
  lines ??= new Map(MESSAGES.trim().split('\n').map((line) => [line.slice(0, line.indexOf('|')), line]));
  const line = lines.get(name);
  if (line === undefined) return undefined;
  const type = new Map(line.split('|').slice(1).map((text) => parseField(text)));
  types.set(name, type);
  return type;
}

function parseField(text: string): [number, MessageField] {
  const [number = '', name = '', code = ''] = text.split(' ');
  const type = code.replace(/[<?]+$/, '');
  const flags = code.slice(type.length);
  return [
    Number(number),
    { name, type: parseKind(type), inline: flags.includes('<'), omitZero: flags.includes('?') },
  ];
}

const SCALARS = { s: 'string', i: 'integer', b: 'boolean', d: 'double', y: 'bytes' } as const;

function parseKind(code: string): FieldKind {
  if (code.startsWith('[]')) return { kind: 'list', of: parseKind(code.slice(2)) };
  if (code.startsWith('{}')) return { kind: 'map', of: parseKind(code.slice(2)) };
  if (code.startsWith('m:')) return { kind: 'message', message: code.slice(2) };
  if (code.startsWith('=list')) return { kind: 'namedList', of: parseKind(code.slice(5)) };
  if (code.startsWith('=')) return { kind: 'special', name: code.slice(1) };
  return { kind: SCALARS[code as keyof typeof SCALARS] };
}
