import type { Clock } from '@gitops-toolkit/core';
import type { HttpClient, Proxy, TlsIdentity } from '@gitops-toolkit/core/http';
import type { InvolvedObject, TokenCache } from './token-cache.ts';

/** A Kubernetes ServiceAccount that an object names: whose annotations say which identity of the cloud it has. */
export interface ServiceAccountIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** A token of the account for an audience: the API server's `TokenRequest`. */
  token(audience: string, signal?: AbortSignal): Promise<string>;
}

/** What every identity is made with. */
export interface IdentityOptions {
  readonly http: HttpClient;
  /** Absent for the identity of the program itself, which its environment gives. */
  readonly serviceAccount?: ServiceAccountIdentity;
  /** @default fetched each time */
  readonly cache?: TokenCache;
  readonly involved?: InvolvedObject;
  readonly tls?: TlsIdentity;
  /** @default none */
  readonly proxy?: Proxy;
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Reads the files of tokens that the environment names. @default node:fs */
  readonly readFile?: (path: string) => Promise<string>;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** The part of a cache's key that says whose token it is. */
export function ownerKey({ serviceAccount }: IdentityOptions): string {
  return serviceAccount ? `${serviceAccount.namespace}/${serviceAccount.name}` : '';
}
