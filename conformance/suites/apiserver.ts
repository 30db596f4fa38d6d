// Requests recorded against a real API server, sent to the embedded one in the same order.
import { readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import path from 'node:path';

import { isEqual, isRecord } from '../../packages/core/src/index.ts';
import { type EmbeddedServer, startEmbedded } from '../../packages/envtest/src/index.ts';
import type { ConformanceCase, Suite } from '../suite.ts';

interface Recorded {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
    readonly contentType?: string | null;
    readonly headers?: Readonly<Record<string, string>>;
    readonly user: string;
  };
  readonly status: number;
  readonly response: unknown;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Texts of recorded answers are cut at this length. */
const CUT = 2500;

const replays: Replay[] = [];

export const suite: Suite = { name: 'apiserver', sequential: true, collect, close };

function* collect(folder: string): Generator<ConformanceCase> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  );
  for (const file of files.sort()) {
    const recorded = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Recorded[];
    const replay = new Replay(recorded);
    replays.push(replay);
    for (const [index, { name }] of recorded.entries()) {
      yield { name: `${file}/${String(index).padStart(3, '0')}-${name}`, run: () => replay.check(index) };
    }
  }
}

async function close(): Promise<void> {
  await Promise.all(replays.map((replay) => replay.stop()));
}

/** One server, and how far the recording has been sent to it. */
class Replay {
  readonly #recorded: readonly Recorded[];
  readonly #answers: Answer[] = [];
  /** Continue tokens as they were recorded, with those that the server under test gave in their place. */
  readonly #tokens: Map<string, string> = new Map();
  #server: EmbeddedServer | undefined;

  constructor(recorded: readonly Recorded[]) {
    this.#recorded = recorded;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  async check(index: number): Promise<void> {
    // State carries over, so whatever comes before has to be sent even when it is not looked at.
    while (this.#answers.length <= index) await this.#send(this.#recorded[this.#answers.length] as Recorded);
    compare(this.#recorded[index] as Recorded, this.#answers[index] as Answer);
  }

  async #send(recorded: Recorded): Promise<void> {
    this.#server ??= await startEmbedded({
      tls: false,
      token: 'admin',
      users: [{ token: 'alice', name: 'alice', uid: '2', groups: ['dev'] }],
      authorization: 'rbac',
      controllers: false,
      serviceAccountIssuer: 'https://k',
    });
    const answer = await exchange(this.#server.url, recorded.request, this.#tokens);
    await this.#server.idle();
    this.#answers.push(answer);
    const [was, is] = [continueToken(recorded.response), continueToken(parseJsonText(answer.text))];
    if (was !== undefined && is !== undefined) this.#tokens.set(was, is);
  }
}

function continueToken(body: unknown): string | undefined {
  const metadata = isRecord(body) ? body['metadata'] : undefined;
  const token = isRecord(metadata) ? metadata['continue'] : undefined;
  return typeof token === 'string' ? token : undefined;
}

function exchange(
  url: string,
  recorded: Recorded['request'],
  tokens: ReadonlyMap<string, string>,
): Promise<Answer> {
  const target = [...tokens].reduce((text, [was, is]) => text.replace(was, is), recorded.path);
  const headers: Record<string, string> = {
    'user-agent': 'Python-urllib/3.12',
    authorization: `Bearer ${tokenOf(recorded.user)}`,
  };
  if (recorded.contentType) headers['content-type'] = recorded.contentType;
  for (const [name, value] of Object.entries(recorded.headers ?? {})) headers[name.toLowerCase()] = value;
  if (headers['authorization'] === '') delete headers['authorization'];
  return new Promise((resolve, reject) => {
    const request = httpRequest(url + target, { method: recorded.method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    const body = bodyBytes(recorded.body);
    if (body) request.setHeader('content-length', body.length);
    request.end(body);
  });
}

function tokenOf(user: string): string {
  return user.split(' ', 1)[0] ?? '';
}

function bodyBytes(body: unknown): Buffer | undefined {
  if (body === null || body === undefined) return undefined;
  if (typeof body !== 'string') return Buffer.from(JSON.stringify(body));
  // Bytes were recorded as Python prints them.
  const bytes = /^b'(.*)'$/s.exec(body)?.[1];
  if (bytes === undefined) return Buffer.from(body);
  return Buffer.from(
    bytes.replace(/\\x([0-9a-f]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

function compare(recorded: Recorded, answer: Answer): void {
  if (recorded.status !== answer.status) {
    throw new Error(`status ${answer.status}, recorded ${recorded.status}: ${answer.text.slice(0, 300)}`);
  }
  if (typeof recorded.response === 'string') return compareText(recorded.response, answer.text);
  const actual = normalize(parseJsonText(answer.text));
  const expected = normalize(recorded.response);
  if (!isEqual(actual, expected)) throw new Error(difference(actual, expected, ''));
}

/** Watches are texts of lines, and like all texts they are cut. */
function compareText(expected: string, actual: string): void {
  const isCut = expected.length >= CUT;
  const isWatch = expected.startsWith('{"type"');
  const [wanted, given] = [normalizeText(expected, isWatch, isCut), normalizeText(actual, isWatch, false)];
  const shown = isCut ? given.slice(0, wanted.length) : given;
  if (shown !== wanted)
    throw new Error(`text differs:\n  got      ${shown.slice(0, 600)}\n  recorded ${wanted.slice(0, 600)}`);
}

function normalizeText(text: string, isWatch: boolean, isCut: boolean): string {
  if (!isWatch) return normalizeString(text);
  const lines = text.split('\n').filter((line) => line !== '');
  const whole = isCut ? lines.slice(0, -1) : lines;
  return whole.map((line) => JSON.stringify(sortKeys(normalize(JSON.parse(line))))).join('\n');
}

function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Fields whose values differ from run to run. */
const VARYING = new Set(['uid', 'resourceVersion', 'continue', 'serverAddress', 'token']);

function normalize(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => normalize(item));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normalize(item, name)]));
  if (typeof value !== 'string') return value;
  return VARYING.has(key) ? `<${key}>` : normalizeString(value);
}

function normalizeString(text: string): string {
  return text
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
    .replace(/resourceVersion: "\d+"/g, 'resourceVersion: "<rv>"')
    .replace(/current: \d+/g, 'current: <rv>')
    .replace(/Key: \/[a-z]+\//g, 'Key: /<prefix>/')
    .replace(/\bgen-[a-z0-9]{5}\b/g, 'gen-<suffix>')
    .replace(/^\d+[smhd]$/g, '<age>');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key])]),
  );
}

/** The first place where two values differ. */
function difference(actual: unknown, expected: unknown, at: string): string {
  if (isRecord(actual) && isRecord(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      if (!isEqual(actual[key], expected[key])) return difference(actual[key], expected[key], `${at}.${key}`);
    }
  }
  if (Array.isArray(actual) && Array.isArray(expected) && actual.length === expected.length) {
    const index = actual.findIndex((item, i) => !isEqual(item, expected[i]));
    if (index >= 0) return difference(actual[index], expected[index], `${at}[${index}]`);
  }
  return `${at}: got ${short(actual)}, recorded ${short(expected)}`;
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 400);
