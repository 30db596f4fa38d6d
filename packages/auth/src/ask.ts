import { findToolkitError } from '@gitops-toolkit/core';
import type { HttpResponse } from '@gitops-toolkit/core/http';
import { AuthError } from './errors.ts';
import type { IdentityOptions } from './identity-options.ts';

/** A request for a token. */
export interface Ask {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly secretHeaders?: Readonly<Record<string, string>>;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: string;
}

const MAX_ANSWER_BYTES = 1024 * 1024;
/** A metadata service answers at once or is not there. */
const TIMEOUTS = { connectMs: 10_000, firstByteMs: 30_000, idleMs: 30_000, totalMs: 60_000 };

/**
 * Sends a request for a token, and gives the text of the answer.
 *
 * @throws AUTH_REQUEST_FAILED where no answer came, or one that may be another later; AUTH_REFUSED for any other
 */
export async function ask(options: IdentityOptions, request: Ask): Promise<string> {
  const { form, json, url } = request;
  const body = form
    ? new URLSearchParams(form).toString()
    : json === undefined
      ? request.body
      : JSON.stringify(json);
  const type = form
    ? 'application/x-www-form-urlencoded'
    : json === undefined
      ? undefined
      : 'application/json';
  try {
    const response = await options.http.request({
      url,
      method: request.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { accept: 'application/json', ...(type && { 'content-type': type }), ...request.headers },
      ...(request.secretHeaders && { secretHeaders: request.secretHeaders }),
      ...(body !== undefined && { body: Buffer.from(body) }),
      ...(options.tls && { tls: options.tls }),
      ...(options.proxy && { proxy: options.proxy }),
      ...(options.signal && { signal: options.signal }),
      // A body holds secrets: it goes to the address that it was meant for.
      maxRedirects: 0,
      maxBytes: MAX_ANSWER_BYTES,
      timeouts: TIMEOUTS,
    });
    const text = Buffer.from(await response.bytes()).toString('utf8');
    if (response.status < 200 || response.status > 299) throw refusal(response, text);
    return text;
  } catch (error) {
    if (error instanceof AuthError || options.signal?.aborted) throw error;
    const { message, retryAfterMs } = findToolkitError(error) ?? { message: String(error) };
    throw new AuthError('AUTH_REQUEST_FAILED', message, {
      cause: error,
      retry: 'backoff',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

/** The same, for an answer in JSON. */
export async function askJson(options: IdentityOptions, request: Ask): Promise<Record<string, unknown>> {
  const text = await ask(options, request);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below: the text may hold a token.
  }
  throw malformed(request.url, 'no JSON object');
}

/** A text in an answer that must be there. */
export function textIn(answer: Readonly<Record<string, unknown>>, key: string, url: string): string {
  const value = Object.hasOwn(answer, key) ? answer[key] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw malformed(url, `no ${key}`);
}

/** The error for an answer that is not what it should be. */
export function malformed(url: string, what: string): AuthError {
  return new AuthError('AUTH_ANSWER_INVALID', `${new URL(url).host} answers with ${what}`, {
    retry: 'backoff',
  });
}

function refusal({ status, url, headers }: HttpResponse, text: string): AuthError {
  const mayPass = status === 408 || status === 429 || status >= 500;
  const reason = reasonIn(text);
  const after = Number(headers['retry-after']);
  return new AuthError(
    mayPass ? 'AUTH_REQUEST_FAILED' : 'AUTH_REFUSED',
    `${url.host} answers ${status}${reason === '' ? '' : `: ${reason}`}`,
    {
      // What is refused now may be allowed later, without a change here: a role, a federated credential.
      retry: 'backoff',
      ...(after > 0 && { retryAfterMs: after * 1000 }),
    },
  );
}

/** The names that the clouds give their errors; a message of theirs may repeat what was sent. */
function reasonIn(text: string): string {
  const found =
    /"(?:error|__type|code|Code|status)"\s*:\s*"([\w.#-]{1,80})"/.exec(text) ??
    /<Code>([\w.]{1,80})<\/Code>/.exec(text);
  return found?.[1] ?? '';
}
