import { describe, expect, it } from 'vitest';
import { childOf, readXml, textOf } from './read-elements.ts';

describe('XML of storage services', () => {
  it('is read into elements and text', () => {
    const root = readXml(
      '<?xml version="1.0"?><!-- a --><s:List xmlns:s="urn:x"><Item id="1"><Name>a &amp; b&#x21;</Name><Empty/></Item></s:List>',
    );
    const item = childOf(root, 'Item');
    expect([root?.name, item?.attributes.trim(), textOf(item, 'Name'), textOf(item, 'Empty')]).toEqual([
      'List',
      'id="1"',
      'a & b!',
      '',
    ]);
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></a></b>',
    '<a/><b/>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '<a>'.repeat(100),
  ])('is refused where it is %j', (text) => {
    expect(readXml(text)).toBeUndefined();
  });
});
