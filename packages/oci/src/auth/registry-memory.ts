import type { Clock } from '@gitops-toolkit/core';
import type { Challenge } from './challenge.ts';

/** A token of a registry that is good for a while. */
interface KeptToken {
  readonly token: string;
  readonly expiresAt: number;
}

/** More than a program has in use; the least recently used goes. */
const MAX_ENTRIES = 200;

/** Remembers what registries ask for, and keeps their tokens, by realm, service, scope and who asked. */
export class RegistryMemory {
  readonly #challenges = new Map<string, Challenge>();
  readonly #plainHosts = new Set<string>();
  readonly #realms = new Map<string, string>();
  readonly #clock: Clock;
  readonly #tokens = new Map<string, KeptToken>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Where a registry is, as far as it is known. */
  baseOf(host: string, insecure: boolean): string {
    return `${insecure && this.#plainHosts.has(host) ? 'http' : 'https'}://${host}`;
  }

  /** An insecure registry has no HTTPS. */
  rememberPlain(host: string): void {
    this.#plainHosts.add(host);
    const [oldest] = this.#plainHosts;
    if (this.#plainHosts.size > MAX_ENTRIES && oldest !== undefined) this.#plainHosts.delete(oldest);
  }

  /** What the registry at an address asks its clients for. */
  challenge(base: string): Challenge | undefined {
    return this.#challenges.get(base);
  }

  remember(base: string, challenge: Challenge): void {
    this.#challenges.delete(base);
    this.#challenges.set(base, challenge);
    const [oldest] = this.#challenges.keys();
    if (this.#challenges.size > MAX_ENTRIES && oldest !== undefined) this.#challenges.delete(oldest);
  }

  /** The address that the registry named first for tokens: this one, where it has named none before. */
  firstRealm(base: string, realm: string): string {
    const first = this.#realms.get(base) ?? realm;
    this.#realms.delete(base);
    this.#realms.set(base, first);
    const [oldest] = this.#realms.keys();
    if (this.#realms.size > MAX_ENTRIES && oldest !== undefined) this.#realms.delete(oldest);
    return first;
  }

  token(key: string): string | undefined {
    const kept = this.#tokens.get(key);
    if (!kept) return undefined;
    this.#tokens.delete(key);
    if (kept.expiresAt <= this.#clock.now()) return undefined;
    this.#tokens.set(key, kept);
    return kept.token;
  }

  keep(key: string, token: string, lifeMs: number): void {
    this.#tokens.set(key, { token, expiresAt: this.#clock.now() + lifeMs });
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > MAX_ENTRIES && oldest !== undefined) this.#tokens.delete(oldest);
  }

  forget(key: string): void {
    this.#tokens.delete(key);
  }
}
