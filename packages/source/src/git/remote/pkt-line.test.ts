import { describe, expect, it } from 'vitest';
import { DELIMITER_PKT, encodePktLine, FLUSH_PKT, lineText, PktReader } from './pkt-line.ts';

/** A reader over a message that comes in pieces of a size. */
function reader(message: string | Uint8Array, size = 1000): PktReader {
  const bytes = Buffer.from(message as string);
  return new PktReader(
    (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );
}

async function bandsOf(source: PktReader): Promise<string[]> {
  const found: string[] = [];
  for (let line = await source.nextBand(); line !== undefined; line = await source.nextBand()) {
    if (typeof line === 'string') {
      found.push(line);
      continue;
    }
    let text = '';
    for await (const piece of line.data) text += Buffer.from(piece).toString();
    found.push(`${line.band}:${text}`);
  }
  return found;
}

describe('PktReader', () => {
  const message = Buffer.concat([
    encodePktLine('version 2\n'),
    DELIMITER_PKT,
    encodePktLine(''),
    FLUSH_PKT,
    Buffer.from('0002'),
  ]);

  it.each([1, 3, 7, 1000])('reads lines and marks from pieces of %i bytes', async (size) => {
    const source = reader(message, size);
    const found: unknown[] = [];
    for (let line = await source.next(); line !== undefined; line = await source.next()) {
      found.push(typeof line === 'string' ? line : lineText(line));
    }
    expect(found).toEqual(['version 2', 'delimiter', '', 'flush', 'end']);
  });

  it.each([1, 3, 1000])('reads the bands of lines from pieces of %i bytes', async (size) => {
    const lines = Buffer.concat([
      encodePktLine('\x01pack data'),
      encodePktLine('\x02progress'),
      encodePktLine(''),
      FLUSH_PKT,
    ]);
    expect(await bandsOf(reader(lines, size))).toEqual(['1:pack data', '2:progress', '0:', 'flush']);
  });

  it.each(['00', '0009abc', '000', '0005'])('refuses the cut message %j', async (cut) => {
    await expect(reader(cut).next()).rejects.toMatchObject({ code: 'GIT_PROTOCOL' });
    await expect(bandsOf(reader(cut))).rejects.toMatchObject({ code: 'GIT_PROTOCOL' });
  });

  it.each(['0003', 'fff1', 'zzzz', '-001', '<htm', ' 004', '0x10'])(
    'refuses the length %j',
    async (length) => {
      await expect(reader(`${length}data`).next()).rejects.toMatchObject({ code: 'GIT_PROTOCOL' });
    },
  );

  it('takes lines as long as the protocol allows', async () => {
    const line = encodePktLine('x'.repeat(65_516));
    expect(await reader(line, 4096).next()).toHaveLength(65_516);
  });

  it('throws the errors that a server reports', async () => {
    await expect(reader(encodePktLine('ERR no such repository\n')).nextText()).rejects.toMatchObject({
      code: 'GIT_REMOTE_ERROR',
      message: 'the git server says: no such repository',
    });
  });
});
