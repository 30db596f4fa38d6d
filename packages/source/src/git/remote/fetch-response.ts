import { lineText, protocolError, type PktReader, remoteError } from './pkt-line.ts';

/** Bands of the multiplexed answer. */
const PACK_BAND = 1;
const PROGRESS_BAND = 2;
const ERROR_BAND = 3;

/**
 * The bytes of the pack in an answer, of any version of the protocol. What stands before the pack,
 * the shallow boundary and acknowledgements, is of no use to one who keeps no repository.
 *
 * @throws `GIT_REMOTE_ERROR` with the server's words; `GIT_PROTOCOL`.
 */
export async function* readFetchResponse(reader: PktReader): AsyncGenerator<Uint8Array> {
  await skipToPack(reader);
  let progress = '';
  for (
    let line = await reader.nextBand();
    line !== 'flush' && line !== 'end';
    line = await reader.nextBand()
  ) {
    if (line === undefined) throw protocolError('ended before the pack did', lastWords(progress));
    if (line === 'delimiter') throw protocolError('has a section in the middle of the pack');
    const { band, data } = line;
    if (band === PACK_BAND) yield* data;
    else if (band === PROGRESS_BAND) progress = (progress + (await textOf(data))).slice(-2000);
    else if (band === ERROR_BAND) throw remoteError((await textOf(data)) || progress);
    else throw protocolError(`has a band that is not known: ${band}`);
  }
}

async function textOf(data: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of data) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

async function skipToPack(reader: PktReader): Promise<void> {
  while (true) {
    const line = await reader.next();
    if (line === undefined) throw protocolError('ended before the pack began');
    // The end of a section, or of the shallow boundary in version 0.
    if (line === 'flush' || line === 'delimiter') continue;
    if (line === 'end') throw protocolError('ended before the pack began');
    const text = lineText(line);
    if (text === 'packfile' || text === 'NAK' || /^ACK [0-9a-f]+$/.test(text)) return;
    if (text === 'packfile-uris')
      throw protocolError('sends the pack from elsewhere, which was not asked for');
    if (!/^(?:shallow-info$|shallow |unshallow |acknowledgments$|wanted-refs$)/.test(text)) {
      throw protocolError(`has a line that is not known: ${JSON.stringify(text.slice(0, 100))}`);
    }
  }
}

function lastWords(progress: string): string | undefined {
  const words = progress
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(-200);
  return words === '' ? undefined : `The server's last words: ${words}`;
}
