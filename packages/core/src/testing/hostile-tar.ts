import { unpackArchive, type UnpackOptions } from '../node/archive/unpack.ts';
import { checksumOf, encodeHeader } from '../node/archive/tar-header.ts';
import { type FileTree, walkFiles } from '../tree/file-tree.ts';

/** An entry as nobody honest would write it. */
export interface Entry {
  /** In bytes of Latin-1 where it is to be no UTF-8. */
  readonly name: string;
  /** @default '0' */
  readonly type?: string;
  readonly content?: string | Uint8Array;
  /** What the header says of the length: a number, or the bytes of the field. @default that of the content */
  readonly size?: number | string;
  readonly link?: string;
  readonly mode?: number;
  readonly prefix?: string;
  readonly encoding?: BufferEncoding;
}

/** A tar of these entries. */
export function tar(...entries: Entry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocks), Buffer.alloc(1024)]);
}

/** The blocks of one entry, without an end of the archive. */
export function blocks(entry: Entry): Buffer[] {
  const {
    name,
    type = '0',
    content = '',
    size,
    link = '',
    mode = 0o644,
    prefix = '',
    encoding = 'utf8',
  } = entry;
  const data = Buffer.from(content as string);
  const [header = new Uint8Array(512)] = encodeHeader({
    name: 'x',
    type: 'file',
    mode,
    size: typeof size === 'number' && size < 8 ** 11 ? size : data.length,
  });
  const block = Buffer.from(header);
  block.fill(0, 0, 100).write(name, 0, 100, encoding);
  block.write(type, 156, 1, 'latin1');
  block.write(link, 157, 100);
  block.write(prefix, 345, 155);
  if (typeof size === 'string') block.write(size, 124, 12, 'latin1');
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return [block, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
}

/** One record of pax. */
export function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length++;
  return `${length} ${key}=${value}\n`;
}

/** Records of pax in front of an entry, or global ones. */
export const pax = (records: Record<string, string>, type = 'x'): Entry => ({
  name: 'PaxHeaders.0/x',
  type,
  content: Object.entries(records)
    .map(([key, value]) => record(key, value))
    .join(''),
});
/** A name, or a target, of GNU in front of an entry. */
export const longName = (name: string): Entry => ({ name: '././@LongLink', type: 'L', content: `${name}\0` });
export const longLink = (name: string): Entry => ({ name: '././@LongLink', type: 'K', content: `${name}\0` });
/** An entry that nobody minds. */
export const SAFE: Entry = { name: 'ok.yaml', content: 'ok' };

/** The code of the refusal, or the files that came out. */
export async function outcome(archive: Uint8Array, options?: UnpackOptions): Promise<string | string[]> {
  try {
    return filesOf(await unpackArchive(archive, options));
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** The paths of files; of all else with its kind. */
export function filesOf(tree: FileTree): string[] {
  return [...walkFiles(tree)].map(({ kind, path }) => (kind === 'file' ? path : `${kind} ${path}`));
}
