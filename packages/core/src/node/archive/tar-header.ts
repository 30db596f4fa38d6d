/** Size of a header and what contents are padded to. */
export const BLOCK_SIZE = 512;

const NAME_SIZE = 100;
const PREFIX_SIZE = 155;

const encoder = new TextEncoder();

/** What a normalised entry says: it has no owner. */
export interface HeaderInput {
  readonly name: string;
  readonly type: 'file' | 'directory';
  readonly mode: number;
  readonly size: number;
  /** Seconds since 1970. @default 0 */
  readonly modifiedAt?: number;
}

/**
 * The header blocks of an entry, byte for byte as Go's `archive/tar` writes them: ustar where the
 * name fits, else a pax record before it.
 */
export function encodeHeader(input: HeaderInput): Uint8Array[] {
  const name = encoder.encode(input.name);
  const type = input.type === 'directory' ? 0x35 : 0x30;
  const isAscii = name.length === input.name.length;
  const split = isAscii && name.length > NAME_SIZE ? splitName(input.name) : undefined;
  if (isAscii && (name.length <= NAME_SIZE || split)) {
    return [mainBlock(split ?? { prefix: '', name: input.name }, type, input)];
  }
  const ascii = asciiOf(input.name);
  return [...paxBlocks(input.name), mainBlock({ prefix: '', name: ascii }, type, input)];
}

/** ustar keeps long names in two fields, cut at a slash. */
function splitName(name: string): { prefix: string; name: string } | undefined {
  const end =
    name.length > PREFIX_SIZE + 1 ? PREFIX_SIZE + 1 : name.endsWith('/') ? name.length - 1 : name.length;
  const slash = name.lastIndexOf('/', end - 1);
  const rest = name.length - slash - 1;
  if (slash <= 0 || rest === 0 || rest > NAME_SIZE || slash > PREFIX_SIZE) return undefined;
  return { prefix: name.slice(0, slash), name: name.slice(slash + 1) };
}

function mainBlock(path: { prefix: string; name: string }, type: number, input: HeaderInput): Uint8Array {
  const block = newHeader(type, input.size, input.modifiedAt);
  writeName(block, path.name);
  writeOctal(block, 100, 8, input.mode);
  writeOctal(block, 329, 8, 0);
  writeOctal(block, 337, 8, 0);
  writeText(block, 345, PREFIX_SIZE, path.prefix);
  return finish(block);
}

function paxBlocks(name: string): Uint8Array[] {
  const record = encoder.encode(paxRecord('path', name));
  const slash = name.lastIndexOf('/');
  const file = name.slice(slash + 1);
  const recordName = `${slash < 0 ? '' : name.slice(0, slash + 1)}PaxHeaders.0/${file}`;
  const block = newHeader(0x78, record.length); // x
  writeText(block, 0, NAME_SIZE, asciiOf(recordName).slice(0, NAME_SIZE).replace(/\/+$/, ''));
  const data = new Uint8Array(paddedSize(record.length));
  data.set(record);
  return [finish(block), data];
}

/** `<length> key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const bytes = encoder.encode(` ${key}=${value}\n`).length;
  let length = bytes + String(bytes).length;
  if (String(length).length > String(bytes).length) length = bytes + String(length).length;
  return `${length} ${key}=${value}\n`;
}

/** The number of bytes that a content takes in the archive. */
export function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK_SIZE) * BLOCK_SIZE;
}

/** The sum of the bytes of a header block, its own checksum taken as spaces. */
export function checksumOf(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK_SIZE; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return sum;
}

/** What every header has: no owner, and no mode yet. */
const BLANK: Uint8Array = blankHeader();

function blankHeader(): Uint8Array {
  const block = new Uint8Array(BLOCK_SIZE);
  for (const offset of [100, 108, 116]) writeOctal(block, offset, 8, 0);
  writeText(block, 257, 8, 'ustar\u000000');
  return block;
}

function newHeader(type: number, size: number, modifiedAt = 0): Uint8Array {
  const block = BLANK.slice();
  block[156] = type;
  writeOctal(block, 124, 12, size);
  writeOctal(block, 136, 12, modifiedAt);
  return block;
}

function writeName(block: Uint8Array, name: string): void {
  writeText(block, 0, NAME_SIZE, name);
  if (name.length > NAME_SIZE && block[NAME_SIZE - 1] === 0x2f) {
    // Go ends a cut name before its slash, as some readers take a trailing slash for a directory.
    block[name.slice(0, NAME_SIZE - 1).replace(/\/+$/, '').length] = 0;
  }
}

function finish(block: Uint8Array): Uint8Array {
  writeOctal(block, 148, 7, checksumOf(block));
  block[155] = 0x20;
  return block;
}

/** Digits up to the last byte of a field, which stays zero. */
function writeOctal(block: Uint8Array, offset: number, width: number, value: number): void {
  let left = value;
  for (let at = offset + width - 2; at >= offset; at--) {
    block[at] = 0x30 + (left % 8);
    left = Math.floor(left / 8);
  }
}

/** Of ASCII, as much as the field takes. */
function writeText(block: Uint8Array, offset: number, width: number, text: string): void {
  const length = Math.min(width, text.length);
  for (let i = 0; i < length; i++) block[offset + i] = text.charCodeAt(i);
}

/** The header's own fields are ASCII: other characters go, as the pax record has them. */
function asciiOf(text: string): string {
  return Array.from(text, (character) => (character < '\x80' ? character : '')).join('');
}
