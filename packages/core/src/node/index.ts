/**
 * The parts of core that need a disk or a process: trees on disk and archives.
 *
 * @module
 */
export {};
