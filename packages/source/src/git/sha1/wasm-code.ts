/** Bytes of WebAssembly that leave a value, or do something; nested as the expressions are. */
export type Code = readonly (number | Code)[];

/** A local variable, by index. */
export type Local = number;

type Binary = (left: Code, right: Code) => Code;
type Shift = (value: Code, bits: number) => Code;
type Load = (address: Code, offset: number) => Code;
type Store = (address: Code, offset: number, value: Code) => Code;

export function get(local: Local): Code {
  return [0x20, local];
}

export function set(local: Local, value: Code): Code {
  return [value, 0x21, local];
}

/** Does the body, and again for as long as the condition after it holds. */
export function repeatWhile(body: Code, condition: Code): Code {
  return [0x03, 0x40, body, condition, 0x0d, 0, 0x0b];
}

/** What operations on numbers and on vectors have in common. */
interface Operations {
  /** From an address and what is added to it. */
  readonly load: Load;
  readonly store: Store;
  readonly constant: (value: number) => Code;
  readonly and: Binary;
  readonly or: Binary;
  readonly xor: Binary;
  readonly shiftLeft: Shift;
}

/** Operations on numbers of 32 bits. */
export const i32: Operations & {
  readonly add: Binary;
  readonly lessThan: Binary;
  readonly isZero: (value: Code) => Code;
  readonly rotateLeft: Shift;
} = {
  load: (address, offset) => [address, 0x28, 2, unsigned(offset)],
  store: (address, offset, value) => [address, value, 0x36, 2, unsigned(offset)],
  constant: (value) => [0x41, signed(value)],
  isZero: (value) => [value, 0x45],
  lessThan: binary([0x49]),
  add: binary([0x6a]),
  and: binary([0x71]),
  or: binary([0x72]),
  xor: binary([0x73]),
  shiftLeft: shift([0x74]),
  rotateLeft: shift([0x77]),
};

/** Operations on four numbers of 32 bits at a time; a constant is the same in all four. */
export const v128: Operations & {
  /** The bits of the left that the right has not. */
  readonly andNot: Binary;
  readonly shiftRight: Shift;
  /** Sixteen bytes of two vectors, by index. */
  readonly shuffle: (left: Code, right: Code, bytes: readonly number[]) => Code;
  /** A number that is not zero where any bit is set. */
  readonly hasBits: (value: Code) => Code;
} = {
  load: (address, offset) => [address, 0xfd, 0x00, 0, unsigned(offset)],
  store: (address, offset, value) => [address, value, 0xfd, 0x0b, 0, unsigned(offset)],
  constant: (value) => [0x41, signed(value), 0xfd, 0x11],
  shuffle: (left, right, bytes) => [left, right, 0xfd, 0x0d, bytes],
  and: binary([0xfd, 0x4e]),
  andNot: binary([0xfd, 0x4f]),
  or: binary([0xfd, 0x50]),
  xor: binary([0xfd, 0x51]),
  hasBits: (value) => [value, 0xfd, 0x53],
  shiftLeft: shift([0xfd, 0xab, 0x01]),
  shiftRight: shift([0xfd, 0xad, 0x01]),
};

function binary(operation: Code): Binary {
  return (left, right) => [left, right, operation];
}

function shift(operation: Code): Shift {
  return (value, bits) => [value, 0x41, signed(bits), operation];
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** The one function of a module: parameters and result are numbers of 32 bits. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** How many further locals there are of 32 and of 128 bits, in this order. */
  readonly locals: { readonly i32: number; readonly v128: number };
  readonly body: Code;
}

/** A module of one function, and one memory of so many pages of 64 KiB, under the name `memory`. */
export function wasmModule(fn: WasmFunction, pages: number): Uint8Array<ArrayBuffer> {
  const [typeI32, typeV128] = [0x7f, 0x7b];
  const parameters = Array.from({ length: fn.parameters }, () => typeI32);
  const locals = [2, fn.locals.i32, typeI32, fn.locals.v128, typeV128];
  return Uint8Array.of(
    ...MAGIC_AND_VERSION,
    ...section(1, [1, 0x60, sized(parameters), 1, typeI32]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, pages]),
    ...section(7, [2, named('memory'), 2, 0, named(fn.name), 0, 0]),
    ...section(10, [1, sized([locals, fn.body, 0x0b])]),
  );
}

function section(id: number, content: Code): number[] {
  return [id, ...sized(content)];
}

function named(text: string): number[] {
  return sized([...Buffer.from(text)]);
}

/** Bytes with their number before them. */
function sized(code: Code): number[] {
  const bytes: number[] = [];
  flatten(code, bytes);
  return [...unsigned(bytes.length), ...bytes];
}

/** Without an iterator, as it runs once and is never optimised. */
function flatten(code: Code, into: number[]): void {
  for (let at = 0; at < code.length; at++) {
    const part = code[at]!;
    if (typeof part === 'number') into.push(part);
    else flatten(part, into);
  }
}

/** An unsigned number in LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** A signed number of 32 bits in LEB128. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest & 0x7f);
  return bytes;
}
