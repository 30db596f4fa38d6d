import { execFile, execFileSync, spawn } from 'node:child_process';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { promisify } from 'node:util';

/** Whether the git program is on this machine. */
export const hasGit: boolean = (() => {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const ENVIRONMENT = {
  ...process.env,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
};

/** Runs git and gives what it prints. */
export async function git(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, {
    env: ENVIRONMENT,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

/** Serves the repositories in a folder by git's own program. */
export function gitHttpBackend(folder: string): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://server');
    const child = spawn('git', ['http-backend'], {
      env: {
        ...ENVIRONMENT,
        GIT_PROJECT_ROOT: folder,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        CONTENT_LENGTH: request.headers['content-length'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(child.stdin);
    void relay(child.stdout as AsyncIterable<Buffer>, response, request);
  };
}

/** Turns what a CGI program prints into an answer. */
async function relay(
  output: AsyncIterable<Buffer>,
  response: ServerResponse,
  request: IncomingMessage,
): Promise<void> {
  let head = Buffer.alloc(0);
  let hasHead = false;
  try {
    for await (const piece of output) {
      if (hasHead) {
        response.write(piece);
        continue;
      }
      head = Buffer.concat([head, piece]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) continue;
      hasHead = true;
      for (const line of head.toString('latin1', 0, end).split('\r\n')) {
        const colon = line.indexOf(':');
        const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
        else response.setHeader(name, value);
      }
      response.write(head.subarray(end + 4));
    }
    response.end();
  } catch {
    request.destroy();
  }
}
