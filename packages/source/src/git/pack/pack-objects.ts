import { SourceError } from '../../errors.ts';
import type { GitLimits } from '../limits.ts';
import { type GitObject, type ObjectFormat, objectId, type ObjectStore } from '../object-format.ts';
import { applyDelta } from './delta.ts';
import { damaged, type EntryHeader } from './entry-header.ts';
import type { PackAllowance } from './pack-allowance.ts';

/** An object of the pack, and how many deltas stand between it and a whole one. */
export interface PackedObject extends GitObject {
  readonly depth: number;
}

/** A delta whose base has not come yet. */
interface WaitingDelta {
  readonly offset: number;
  readonly delta: Uint8Array;
}

/** A delta whose base is there. */
interface ReadyDelta extends WaitingDelta {
  readonly base: PackedObject;
}

/** What the objects of a pack are taken in with. */
export interface PackObjectsOptions {
  readonly format: ObjectFormat;
  readonly limits: Required<GitLimits>;
  readonly bases?: ObjectStore;
  readonly allowance: PackAllowance;
  /** Lets others run now and then. */
  readonly breathe: () => Promise<void> | undefined;
}

/** The objects of a pack, by place while it is read, and by id. */
export class PackObjects {
  /** By the id computed from the content. */
  readonly byId: Map<string, PackedObject> = new Map();
  readonly #byOffset = new Map<number, PackedObject>();
  readonly #waitingForId = new Map<string, WaitingDelta[]>();
  readonly #waitingForOffset = new Map<number, WaitingDelta[]>();
  readonly #options: PackObjectsOptions;
  #waiting = 0;

  constructor(options: PackObjectsOptions) {
    this.#options = options;
  }

  /** Takes an entry in; what there is to wait for is what has waited for it. */
  add(offset: number, header: EntryHeader, data: Uint8Array): Promise<void> | undefined {
    if (header.type === 'offset-delta') {
      const place = offset - header.distance;
      const base = this.#byOffset.get(place);
      if (header.distance === 0 || place < 12) throw damaged('holds a delta without a base');
      // A base that is itself waiting for its own.
      if (base) return this.#insert(offset, this.#resolve(data, base));
      this.#wait(this.#waitingForOffset, place, { offset, delta: data });
    } else if (header.type === 'id-delta') {
      const base = this.byId.get(header.base) ?? this.#external(header.base);
      if (base) return this.#insert(offset, this.#resolve(data, base));
      this.#wait(this.#waitingForId, header.base, { offset, delta: data });
    } else {
      return this.#insert(offset, { type: header.type, data, depth: 0 });
    }
    return undefined;
  }

  /** Throws where a delta has still no base. */
  finish(): void {
    if (this.#waiting > 0) throw damaged(`holds ${this.#waiting} deltas without their bases`);
    this.#byOffset.clear();
  }

  #external(id: string): PackedObject | undefined {
    const object = this.#options.bases?.get(id);
    return object && { ...object, depth: 0 };
  }

  #wait<Key>(waiting: Map<Key, WaitingDelta[]>, key: Key, delta: WaitingDelta): void {
    const others = waiting.get(key);
    if (others) others.push(delta);
    else waiting.set(key, [delta]);
    this.#waiting++;
  }

  #resolve(delta: Uint8Array, base: PackedObject): PackedObject {
    const { maxDeltaDepth, maxObjectBytes } = this.#options.limits;
    if (base.depth >= maxDeltaDepth) {
      throw new SourceError('GIT_LIMIT', `the pack holds chains of more than ${maxDeltaDepth} deltas`);
    }
    const data = applyDelta(base.data, delta, maxObjectBytes);
    this.#options.allowance.countObject(data.length);
    return { type: base.type, data, depth: base.depth + 1 };
  }

  #insert(offset: number, object: PackedObject): Promise<void> | undefined {
    const ready: ReadyDelta[] = [];
    this.#take(offset, object, ready);
    return ready.length === 0 ? undefined : this.#settle(ready);
  }

  /** Resolves deltas and those that wait for what they make, without recursion: there may be a million. */
  async #settle(ready: ReadyDelta[]): Promise<void> {
    for (let next = ready.pop(); next; next = ready.pop()) {
      this.#take(next.offset, this.#resolve(next.delta, next.base), ready);
      await this.#options.breathe();
    }
  }

  /** Keeps an object; the deltas that waited for it are ready. */
  #take(offset: number, object: PackedObject, ready: ReadyDelta[]): void {
    const id = objectId(this.#options.format, object.type, object.data);
    this.byId.set(id, object);
    this.#byOffset.set(offset, object);
    if (this.#waiting === 0) return;
    for (const deltas of [this.#waitingForId.get(id), this.#waitingForOffset.get(offset)])
      for (const delta of deltas ?? []) {
        this.#waiting--;
        ready.push({ ...delta, base: object });
      }
    this.#waitingForId.delete(id);
    this.#waitingForOffset.delete(offset);
  }
}
