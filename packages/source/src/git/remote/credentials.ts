/** What a git server asks for. A token wins over a password where both are given. */
export interface GitCredentials {
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
}

/** The header that carries the credentials; `undefined` where there are none. */
export function authorizationHeader(credentials: GitCredentials | undefined): string | undefined {
  const { username, password, bearerToken } = credentials ?? {};
  if (bearerToken !== undefined) return `Bearer ${bearerToken}`;
  if (username === undefined && password === undefined) return undefined;
  return `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`;
}

/** The values that may not show up in a message. */
export function secretsOf(credentials: GitCredentials | undefined): string[] {
  const { password, bearerToken } = credentials ?? {};
  return [password, bearerToken, authorizationHeader(credentials)?.split(' ')[1]].filter(
    (s) => s !== undefined,
  );
}
