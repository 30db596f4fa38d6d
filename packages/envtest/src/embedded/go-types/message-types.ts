import { parseApiVersion } from '@gitops-toolkit/core';

import { MESSAGES } from '../../generated/go-messages.ts';

/** How the value of a field is encoded. */
export type FieldKind =
  | { readonly kind: 'string' | 'integer' | 'long' | 'boolean' | 'double' | 'bytes' }
  | { readonly kind: 'message'; readonly message: string }
  | { readonly kind: 'list' | 'map' | 'namedList'; readonly of: FieldKind }
  | { readonly kind: 'special'; readonly name: string };

/** A field of a message. */
export interface MessageField {
  readonly name: string;
  readonly type: FieldKind;
  /** The fields of the value belong to the message around it. */
  readonly inline: boolean;
  /** Go's printer leaves the field out when it is empty. */
  readonly omitEmpty: boolean;
  /** It leaves the field out when it is zero, structs as well. */
  readonly omitZero: boolean;
  /** Whether a field that is not set differs from one with the zero value. */
  readonly pointer: boolean;
}

/** Fields by their number. */
export type MessageType = ReadonlyMap<number, MessageField>;

/** The package of messages where it is not the group up to the first dot. */
const PACKAGES: Readonly<Record<string, string>> = {
  '': 'core',
  'flowcontrol.apiserver.k8s.io': 'flowcontrol',
  'meta.k8s.io': 'meta',
};

/** The name of the message of a kind. */
export function messageName(apiVersion: string, kind: string): string {
  // Options of requests are sent in the version of whatever they are about.
  if (kind.endsWith('Options')) return `meta/v1.${kind}`;
  const { group, version } = parseApiVersion(apiVersion);
  const pkg = PACKAGES[group] ?? group.split('.', 1)[0];
  return `${pkg}/${version}.${kind}`;
}

let lines: Map<string, string> | undefined;
const types = new Map<string, MessageType>();

/** The fields of a message, as `core/v1.Pod`; `undefined` for messages that are not known. */
export function messageType(name: string): MessageType | undefined {
  const known = types.get(name);
  if (known) return known;
  lines ??= new Map(
    MESSAGES.trim()
      .split('\n')
      .map((line) => [line.split('|', 1)[0] ?? '', line]),
  );
  const line = lines.get(name);
  if (line === undefined) return undefined;
  const type = new Map(
    line
      .split('|')
      .slice(1)
      .map((text) => parseField(text)),
  );
  types.set(name, type);
  return type;
}

/** What a field of a message holds, by its name in JSON; fields of inlined messages are its own. */
export function fieldKind(message: string, field: string): FieldKind | undefined {
  const fields = [...(messageType(message)?.values() ?? [])];
  const own = fields.find(({ name, inline }) => name === field && !inline);
  if (own) return own.type;
  for (const { type, inline } of fields) {
    const inner = inline && type.kind === 'message' ? fieldKind(type.message, field) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

function parseField(text: string): [number, MessageField] {
  const [number = '', name = '', code = ''] = text.split(' ');
  const type = code.replace(/[<?0*]+$/, '');
  const flags = code.slice(type.length);
  return [
    Number(number),
    {
      name,
      type: parseKind(type),
      inline: flags.includes('<'),
      omitEmpty: flags.includes('?'),
      omitZero: flags.includes('0'),
      pointer: flags.includes('*'),
    },
  ];
}

const SCALARS = { s: 'string', i: 'integer', l: 'long', b: 'boolean', d: 'double', y: 'bytes' } as const;

function parseKind(code: string): FieldKind {
  if (code.startsWith('[]')) return { kind: 'list', of: parseKind(code.slice(2)) };
  if (code.startsWith('{}')) return { kind: 'map', of: parseKind(code.slice(2)) };
  if (code.startsWith('m:')) return { kind: 'message', message: code.slice(2) };
  if (code.startsWith('=list')) return { kind: 'namedList', of: parseKind(code.slice(5)) };
  if (code.startsWith('=')) return { kind: 'special', name: code.slice(1) };
  return { kind: SCALARS[code as keyof typeof SCALARS] };
}
