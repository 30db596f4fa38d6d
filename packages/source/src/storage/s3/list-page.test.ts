import { describe, expect, it } from 'vitest';
import { parseListPage } from './list-page.ts';

const entry = (key: string) =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-26T15:56:23.000Z</LastModified><Size>1</Size></Contents>`;

describe('parseListPage', () => {
  it('reads keys and times', () => {
    const xml = `<ListBucketResult><IsTruncated>false</IsTruncated>${entry('a/b')}${entry('it&#x27;s &amp; &lt;this&gt; &#233;')}</ListBucketResult>`;
    const modifiedAt = Date.UTC(2026, 10, 26, 15, 56, 23);
    expect(parseListPage(xml)).toEqual({
      objects: [
        { name: 'a/b', modifiedAt },
        { name: "it's & <this> é", modifiedAt },
      ],
      next: undefined,
    });
  });

  it('tells how the next page is asked for', () => {
    const xml = `<L><IsTruncated>true</IsTruncated><NextContinuationToken>1&amp;2</NextContinuationToken></L>`;
    expect(parseListPage(xml)).toEqual({ objects: [], next: '1&2' });
  });

  it('takes no entity for what it is not', () => {
    expect(parseListPage(entry('&nbsp;&#x110000;&constructor;')).objects[0]?.name).toBe(
      '&nbsp;&#x110000;&constructor;',
    );
  });
});
