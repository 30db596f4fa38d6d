/**
 * The HTTP client of everything that is fetched: sources, registries, buckets, tokens.
 *
 * @module
 */
export { type TlsIdentity } from './connections.ts';
export { HttpError, type HttpErrorCode } from './errors.ts';
export { type HttpMethod } from './exchange.ts';
export { HttpClient, type HttpClientOptions, type HttpRequest, type HttpResponse } from './http-client.ts';
export { DEFAULT_TIMEOUTS, type Timeouts } from './timeouts.ts';
