/**
 * The parts of core that need a disk or a process: trees on disk and archives.
 *
 * @module
 */

export { packArchive, type PackOptions, packTar } from './archive/pack.ts';
export { unpackArchive, type UnpackLimits, type UnpackOptions } from './archive/unpack.ts';
export { DiskTree } from './disk-tree.ts';
export * as der from './der.ts';
