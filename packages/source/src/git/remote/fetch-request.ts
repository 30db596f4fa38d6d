import { protocolError } from './pkt-line.ts';
import { DELIMITER_PKT, encodePktLine, FLUSH_PKT } from './pkt-line.ts';
import type { Advertisement, Capabilities } from './advertisement.ts';
import type { ObjectRequest } from './git-remote.ts';

const AGENT = 'gitops-toolkit';

/** Asks for references, in version 2. */
export function lsRefsRequest(server: Advertisement & { version: 2 }, prefixes: readonly string[]): Buffer {
  if (!server.capabilities.has('ls-refs')) throw protocolError('offers no list of references');
  const features = featuresOf(server.capabilities, 'ls-refs');
  return Buffer.concat([
    ...commandLines('ls-refs', server),
    DELIMITER_PKT,
    encodePktLine('peel\n'),
    encodePktLine('symrefs\n'),
    ...(features.has('unborn') ? [encodePktLine('unborn\n')] : []),
    ...prefixes.map((prefix) => encodePktLine(`ref-prefix ${prefix}\n`)),
    FLUSH_PKT,
  ]);
}

/** Asks for objects, in version 2. */
export function fetchRequestV2(server: Advertisement & { version: 2 }, request: ObjectRequest): Buffer {
  if (!server.capabilities.has('fetch')) throw protocolError('offers no objects');
  const features = featuresOf(server.capabilities, 'fetch');
  const { wants, depth, filter } = request;
  return Buffer.concat([
    ...commandLines('fetch', server),
    DELIMITER_PKT,
    encodePktLine('no-progress\n'),
    encodePktLine('ofs-delta\n'),
    ...(depth !== undefined && features.has('shallow') ? [encodePktLine(`deepen ${depth}\n`)] : []),
    ...(filter !== undefined && features.has('filter') ? [encodePktLine(`filter ${filter}\n`)] : []),
    ...wants.map((id) => encodePktLine(`want ${id}\n`)),
    encodePktLine('done\n'),
    FLUSH_PKT,
  ]);
}

/** Asks for objects, in versions 0 and 1. */
export function fetchRequestV0(server: Advertisement, request: ObjectRequest): Buffer {
  const { capabilities } = server;
  const { wants, depth, filter } = request;
  if (!capabilities.has('side-band-64k'))
    throw protocolError('is from a server that is too old: it has no side-band-64k');
  // Some servers, Azure DevOps among them, refuse a client without multi_ack, though nothing is negotiated here.
  const acknowledgment = ['multi_ack_detailed', 'multi_ack'].find((name) => capabilities.has(name)) ?? '';
  const wanted = ['side-band-64k', acknowledgment, 'ofs-delta', 'no-progress'];
  const chosen = wanted.filter((name) => capabilities.has(name));
  // What was left out could not be asked for: these versions give what references name.
  const isFiltered = filter === 'tree:0' && capabilities.has('filter');
  if (isFiltered) chosen.push('filter');
  if (capabilities.has('object-format')) chosen.push(`object-format=${server.format.algorithm}`);
  chosen.push(`agent=${AGENT}`);
  return Buffer.concat([
    ...wants.map((id, i) => encodePktLine(`want ${id}${i === 0 ? ` ${chosen.join(' ')}` : ''}\n`)),
    ...(depth !== undefined && capabilities.has('shallow') ? [encodePktLine(`deepen ${depth}\n`)] : []),
    ...(isFiltered ? [encodePktLine(`filter ${filter}\n`)] : []),
    FLUSH_PKT,
    encodePktLine('done\n'),
  ]);
}

function commandLines(command: string, server: Advertisement): Buffer[] {
  const lines = [`command=${command}\n`];
  if (server.capabilities.has('agent')) lines.push(`agent=${AGENT}\n`);
  if (server.capabilities.has('object-format')) lines.push(`object-format=${server.format.algorithm}\n`);
  return lines.map(encodePktLine);
}

/** What a command can do, as its capability's value lists it. */
function featuresOf(capabilities: Capabilities, command: string): ReadonlySet<string> {
  return new Set((capabilities.get(command) ?? '').split(' '));
}
