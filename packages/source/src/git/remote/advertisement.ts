import { SourceError } from '../../errors.ts';
import { isObjectId, type ObjectFormat, SHA1, SHA256 } from '../object-format.ts';
import { isRefName } from '../ref-name.ts';
import type { RefList, RemoteRef } from './git-remote.ts';
import { lineText, protocolError, type PktReader } from './pkt-line.ts';

/** What a server can do, with the values of those capabilities that have some. */
export type Capabilities = ReadonlyMap<string, string>;

/** What a server says of itself when it is first asked. */
export type Advertisement =
  | { readonly version: 2; readonly capabilities: Capabilities; readonly format: ObjectFormat }
  | {
      readonly version: 0;
      readonly capabilities: Capabilities;
      readonly format: ObjectFormat;
      readonly refs: RefList;
    };

/** Reads the first answer of a server, in protocol version 2, 1 or 0. */
export async function readAdvertisement(reader: PktReader, maxRefs: number): Promise<Advertisement> {
  let line = await reader.next();
  if (line === undefined) throw protocolError('is empty');
  // Some servers leave the line with the service out.
  if (line instanceof Uint8Array && lineText(line).startsWith('# service=')) {
    line = await reader.next();
    if (line === 'flush') line = await reader.next();
  }
  if (line instanceof Uint8Array && lineText(line) === 'version 2') {
    const capabilities = await readCapabilities(reader);
    return { version: 2, capabilities, format: formatOf(capabilities) };
  }
  if (line instanceof Uint8Array && lineText(line) === 'version 1') line = await reader.next();
  return readRefAdvertisement(reader, line, maxRefs);
}

async function readCapabilities(reader: PktReader): Promise<Capabilities> {
  const capabilities = new Map<string, string>();
  for (let text = await reader.nextText(); text !== undefined; text = await reader.nextText()) {
    addCapability(capabilities, text);
    if (capabilities.size > 1000) throw protocolError('lists too many capabilities');
  }
  return capabilities;
}

async function readRefAdvertisement(
  reader: PktReader,
  first: Awaited<ReturnType<PktReader['next']>>,
  maxRefs: number,
): Promise<Advertisement> {
  const capabilities = new Map<string, string>();
  const collector = new RefCollector(maxRefs);
  const symrefs = new Map<string, string>();
  for (let line = first; line instanceof Uint8Array; line = await reader.next()) {
    let text = lineText(line);
    const nul = text.indexOf('\0');
    if (nul >= 0) {
      for (const word of text.slice(nul + 1).split(' ')) {
        if (word.startsWith('symref=')) addSymref(symrefs, word.slice(7));
        else if (word !== '') addCapability(capabilities, word);
      }
      text = text.slice(0, nul);
    }
    const [id = '', name = ''] = text.split(' ');
    if (name === 'capabilities^{}' || id === 'shallow') continue;
    if (!isObjectId(id))
      throw protocolError(`lists a reference without an object id: ${JSON.stringify(text.slice(0, 100))}`);
    if (name.endsWith('^{}')) collector.peel(name.slice(0, -3), id);
    else collector.add(name, { id, ...optional('target', symrefs.get(name)) }, text);
  }
  const format = formatOf(capabilities);
  return { version: 0, capabilities, format, refs: collector.list(format) };
}

/** Reads the answer to `ls-refs`. */
export async function readRefList(
  reader: PktReader,
  format: ObjectFormat,
  maxRefs: number,
): Promise<RefList> {
  const collector = new RefCollector(maxRefs);
  for (let text = await reader.nextText(); text !== undefined; text = await reader.nextText()) {
    const [id = '', name = '', ...attributes] = text.split(' ');
    const target = attributes.find((word) => word.startsWith('symref-target:'))?.slice(14);
    const peeled = attributes.find((word) => word.startsWith('peeled:'))?.slice(7);
    if (id === 'unborn') {
      if (name === 'HEAD' && target !== undefined && isRefName(target)) collector.unborn = target;
      continue;
    }
    if (!isObjectId(id) || (peeled !== undefined && !isObjectId(peeled))) {
      throw protocolError(`lists a reference without an object id: ${JSON.stringify(text.slice(0, 100))}`);
    }
    collector.add(name, { id, ...optional('peeled', peeled), ...optional('target', target) }, text);
  }
  return collector.list(format);
}

/** Characters of all lines for each reference that is allowed: twice of what they have on average where names are long. */
const CHARACTERS_PER_REF = 256;
/** Where few are allowed, those may have longer names. */
const MIN_CHARACTERS = 1024 * 1024;

/** Takes references in, within a limit, and leaves out names that git forbids. */
class RefCollector {
  unborn: string | undefined;
  readonly #max: number;
  readonly #refs = new Map<string, RemoteRef>();
  #ignored = 0;
  #listed = 0;
  #characters = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** @param line What names the reference: the name is a part of it in memory, too. */
  add(name: string, ref: RemoteRef, line: string): void {
    // Every name counts: a server may repeat one name, or send forbidden ones, without end.
    if (++this.#listed > this.#max) {
      throw new SourceError('GIT_LIMIT', `the git server lists more than ${this.#max} references`);
    }
    this.#characters += line.length;
    const limit = Math.max(this.#max * CHARACTERS_PER_REF, MIN_CHARACTERS);
    if (this.#characters > limit)
      throw new SourceError('GIT_LIMIT', `the git server lists references in more than ${limit} characters`);
    if (!isRefName(name)) {
      this.#ignored++;
    } else {
      // The target is only ever compared with names of this list, one step: no loop can come of it.
      const { target, ...rest } = ref;
      this.#refs.set(name, target !== undefined && isRefName(target) ? ref : rest);
    }
  }

  peel(name: string, peeled: string): void {
    const ref = this.#refs.get(name);
    if (ref) this.#refs.set(name, { ...ref, peeled });
  }

  list(format: ObjectFormat): RefList {
    return { format, refs: this.#refs, ignored: this.#ignored, ...optional('unborn', this.unborn) };
  }
}

function addCapability(capabilities: Map<string, string>, text: string): void {
  const equals = text.indexOf('=');
  if (equals < 0) capabilities.set(text, '');
  else capabilities.set(text.slice(0, equals), text.slice(equals + 1));
}

function addSymref(symrefs: Map<string, string>, text: string): void {
  const colon = text.indexOf(':');
  if (colon > 0) symrefs.set(text.slice(0, colon), text.slice(colon + 1));
}

function formatOf(capabilities: Capabilities): ObjectFormat {
  const name = capabilities.get('object-format') ?? 'sha1';
  if (name === 'sha1') return SHA1;
  if (name === 'sha256') return SHA256;
  throw protocolError(
    `is for a repository of an unknown object format: ${JSON.stringify(name.slice(0, 40))}`,
  );
}

function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: string };
}
