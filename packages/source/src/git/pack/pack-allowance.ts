import { SourceError } from '../../errors.ts';
import type { GitLimits } from '../limits.ts';

/** Counts what packs bring against the limits: one pack, or all those of one fetch together. */
export class PackAllowance {
  readonly #limits: Required<GitLimits>;
  #packBytes = 0;
  #objects = 0;
  #decoded = 0;

  constructor(limits: Required<GitLimits>) {
    this.#limits = limits;
  }

  /** Counts bytes as they were on the wire. */
  countPackBytes(bytes: number): void {
    this.#packBytes += bytes;
    const { maxPackBytes } = this.#limits;
    if (this.#packBytes > maxPackBytes)
      throw new SourceError('GIT_LIMIT', `the server sends packs of more than ${maxPackBytes} bytes`);
  }

  /** Counts the objects that a pack states, before any is read. */
  countObjects(count: number): void {
    this.#objects += count;
    const { maxObjects } = this.#limits;
    if (this.#objects > maxObjects)
      throw new SourceError('GIT_LIMIT', `the pack has ${count} objects; the limit is ${maxObjects}`);
  }

  /** Counts the bytes of an object before they are unpacked. */
  countObject(size: number): void {
    const { maxObjectBytes, maxDecodedBytes } = this.#limits;
    if (size > maxObjectBytes)
      throw new SourceError('GIT_LIMIT', `an object has ${size} bytes; the limit is ${maxObjectBytes}`);
    this.#decoded += size;
    if (this.#decoded > maxDecodedBytes)
      throw new SourceError('GIT_LIMIT', `the pack unpacks to more than ${maxDecodedBytes} bytes`);
  }
}
