import { type HttpTestServer, serveHttp } from '@gitops-toolkit/envtest/servers';
import { Readable } from 'node:stream';
import { encodePktLine, FLUSH_PKT } from '../git/remote/pkt-line.ts';

/** As much as a line of a pack may hold. */
const MAX_BAND_BYTES = 65_515;

/** What a server answers, honest or not; without an end, if need be. */
export interface PackAnswers {
  /** Lines of the list of references. */
  readonly refs: () => Iterable<string>;
  /** The pack, in pieces. */
  readonly pack: () => Iterable<Uint8Array>;
}

/** A git server in protocol version 2 with one repository at any path, whatever it is asked for. */
export function servePack({ refs, pack }: PackAnswers): Promise<HttpTestServer> {
  return serveHttp((request, response) => {
    const send = (lines: Iterable<Uint8Array>): void => {
      response.setHeader('content-type', 'application/x-git-upload-pack-result');
      Readable.from(lines)
        .on('error', () => response.destroy())
        .pipe(response);
    };
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/x-git-upload-pack-advertisement');
      return void response.end(Buffer.concat([...advertisement()]));
    }
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString('latin1')));
    request.on('end', () => send(body.includes('command=ls-refs') ? refLines(refs()) : packLines(pack())));
  });
}

function* advertisement(): Generator<Uint8Array> {
  yield encodePktLine('# service=git-upload-pack\n');
  yield FLUSH_PKT;
  for (const line of ['version 2', 'ls-refs', 'fetch=shallow']) yield encodePktLine(`${line}\n`);
  yield FLUSH_PKT;
}

function* refLines(refs: Iterable<string>): Generator<Uint8Array> {
  let lines: Uint8Array[] = [];
  for (const ref of refs) {
    if (lines.push(encodePktLine(`${ref}\n`)) < 1000) continue;
    yield Buffer.concat(lines);
    lines = [];
  }
  yield Buffer.concat([...lines, FLUSH_PKT]);
}

function* packLines(pack: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield encodePktLine('packfile\n');
  for (const piece of pack)
    for (let at = 0; at < piece.length; at += MAX_BAND_BYTES)
      yield encodePktLine(Buffer.concat([Buffer.from([1]), piece.subarray(at, at + MAX_BAND_BYTES)]));
  yield FLUSH_PKT;
}
