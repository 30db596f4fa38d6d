import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { createGunzip } from 'node:zlib';

/** Serves the repositories in a folder by `git http-backend`, a CGI program, on loopback. `/requests` counts. */
export async function serveGitFolder(git: string, folder: string): Promise<{ url: string; stop(): void }> {
  let requests = 0;
  const server = createServer((request, response) => {
    if (request.url === '/requests') return void response.end(String(requests));
    requests++;
    answer(git, folder, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(git: string, folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://server');
  const backend = spawn(git, ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: header(request, 'git-protocol'),
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: header(request, 'content-type'),
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  const body = header(request, 'content-encoding') === 'gzip' ? request.pipe(createGunzip()) : request;
  // Whoever leaves early breaks a pipe; the program and the answer end by themselves then.
  for (const stream of [body, backend.stdin]) stream.on('error', () => backend.kill());
  body.pipe(backend.stdin);
  backend.on('error', () => response.destroy());
  forwardAnswer(backend.stdout, response);
}

/** A CGI program writes headers, an empty line, and the body. */
function forwardAnswer(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    output.off('data', onData);
    for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
      const colon = line.indexOf(':');
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
    output.pipe(response);
  };
  output.on('data', onData);
  output.on('end', () => {
    if (!response.headersSent) response.writeHead(500).end();
  });
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}
