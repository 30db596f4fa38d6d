import type { ListedFile } from '../storage-driver.ts';

/** One page of a list of objects. */
export interface ListPage {
  /** Names are whole keys. */
  readonly objects: readonly ListedFile[];
  /** Asks for the next page; `undefined` at the last. */
  readonly next: string | undefined;
}

/** Reads an answer of ListObjectsV2. Keys are asked for as they are: not all services encode them. */
export function parseListPage(xml: string): ListPage {
  const objects = Array.from(xml.matchAll(/<Contents>(.*?)<\/Contents>/gs), ([, text = '']) => ({
    name: element(text, 'Key') ?? '',
    modifiedAt: Date.parse(element(text, 'LastModified') ?? ''),
  }));
  const isTruncated = element(xml, 'IsTruncated') === 'true';
  return { objects, next: isTruncated ? element(xml, 'NextContinuationToken') : undefined };
}

function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined ? undefined : decodeEntities(text);
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decodeEntities(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]+|#[0-9]+|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES.get(name) ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
