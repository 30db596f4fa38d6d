import { RuntimeError } from '../errors.ts';
import type { SecretData } from './secret-data.ts';

/** What a server asks for by name and password. */
export interface BasicAuth {
  readonly username: string;
  readonly password: string;
}

/** TLS material in PEM. A certificate always comes with its key. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * `username` and `password` of a Secret; `undefined` where it has neither.
 *
 * @throws RuntimeError `RUNTIME_SECRET_INVALID` where it has one of them
 */
export function basicAuthOf(secret: SecretData): BasicAuth | undefined {
  const [username, password] = [secret.text('username'), secret.text('password')];
  if (username === undefined && password === undefined) return undefined;
  if (username !== undefined && password !== undefined) return { username, password };
  const missing = username === undefined ? 'username' : 'password';
  throw invalid(secret, `has no key '${missing}'`, 'Basic authentication takes username and password.');
}

/** `bearerToken` of a Secret without the blanks around it, as an editor leaves them; `undefined` where it has none. */
export function bearerTokenOf(secret: SecretData): string | undefined {
  return secret.text('bearerToken')?.trim();
}

/**
 * `ca.crt`, `tls.crt` and `tls.key` of a Secret, or else Flux's earlier `caFile`, `certFile` and `keyFile`; `undefined`
 * where it has none.
 *
 * @throws RuntimeError `RUNTIME_SECRET_INVALID` where a certificate has no key, or a key no certificate
 */
export function tlsFilesOf(secret: SecretData): TlsFiles | undefined {
  const ca = secret.text('ca.crt') ?? secret.text('caFile');
  const cert = secret.text('tls.crt') ?? secret.text('certFile');
  const key = secret.text('tls.key') ?? secret.text('keyFile');
  if ((cert === undefined) !== (key === undefined))
    throw invalid(secret, 'holds half of a client certificate', 'Give both tls.crt and tls.key.');
  if (ca === undefined && cert === undefined) return undefined;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

function invalid(secret: SecretData, what: string, hint: string): RuntimeError {
  return new RuntimeError('RUNTIME_SECRET_INVALID', `secret '${secret.name}' ${what}`, {
    hint,
    retry: 'backoff',
  });
}
