import { createHmac } from 'node:crypto';

/** A request to be signed with the key of a storage account. */
export interface AzureRequest {
  readonly url: URL;
  readonly account: string;
  /** All that begin with `x-ms-`. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The `authorization` of a GET: Shared Key of the Blob service (Microsoft, "Authorize with Shared Key", version
 * 2009-09-19 and later).
 *
 * @param key in base64
 */
export function sharedKeyAuthorization({ url, account, headers }: AzureRequest, key: string): string {
  // Of a GET without conditions all standard headers are empty.
  const standard = '\n'.repeat(11);
  const own = Object.entries(headers)
    .map(([name, value]) => `${name.toLowerCase()}:${value.trim()}\n`)
    .toSorted();
  const query = [...url.searchParams].map(([name, value]) => `\n${name.toLowerCase()}:${value}`).toSorted();
  const text = `GET${standard}\n${own.join('')}/${account}${url.pathname}${query.join('')}`;
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  return `SharedKey ${account}:${signature}`;
}
