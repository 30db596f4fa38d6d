import { createRecord, isRecord, parseJson } from '@gitops-toolkit/core';
import { parse as parseYaml } from '@gitops-toolkit/yaml';

import { decodeProtobufBody } from '../protobuf/decode-body.ts';
import { WireError } from '../protobuf/wire-reader.ts';
import { badRequest, unsupportedMediaType } from '../status-error.ts';
import type { ApiRequest } from './api-request.ts';
import { findDuplicateKeys } from './duplicate-keys.ts';

/** A body as a value, with the keys that it named twice. */
export interface ParsedBody {
  readonly value: unknown;
  readonly duplicates: readonly string[];
}

/** Deeper values are refused: a stack must not be filled by a client. */
const MAX_DEPTH = 1000;

/** The media type of the body, without parameters. */
export function mediaType(request: ApiRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/**
 * Parses the body of a create or update by its `Content-Type`; none means JSON.
 *
 * @param kind who the body is meant to be, for messages
 * @throws StatusError 415 for other types, 400 for broken text.
 */
export function parseBody(request: ApiRequest, kind: string): ParsedBody {
  const type = mediaType(request);
  if (type === '' || type === 'application/json') return parseJsonBody(request.body, kind);
  if (type === 'application/yaml' || type === 'application/x-yaml') return parseYamlBody(request.body, kind);
  if (type === PROTOBUF) return parseProtobufBody(request.body, kind);
  throw unsupportedMediaType(['application/json', 'application/yaml', PROTOBUF]);
}

const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** Go programs write built-in kinds in protobuf, `kubectl` among them. Answers to them are JSON, which they accept. */
function parseProtobufBody(body: Buffer, kind: string): ParsedBody {
  try {
    return { value: decodeProtobufBody(body), duplicates: [] };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const shown = body.subarray(0, 1024).toString('hex');
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): ${error.message} (${shown})`,
    );
  }
}

export function parseJsonBody(body: Buffer, kind: string): ParsedBody {
  const text = body.toString('utf8');
  assertDepth(text);
  try {
    return { value: parseJson(text), duplicates: findDuplicateKeys(text) };
  } catch (error) {
    throw unrecognized(
      kind,
      `couldn't get version/kind; json parse error: ${goJsonError(text, error)}`,
      text,
    );
  }
}

/** YAML includes JSON; apply patches may be either. */
export function parseYamlBody(body: Buffer, kind: string): ParsedBody {
  const text = body.toString('utf8');
  if (/^\s*[{[]/.test(text)) {
    try {
      return parseJsonBody(body, kind);
    } catch {
      // A flow mapping of YAML may start like JSON.
    }
  }
  try {
    return { value: parseYaml(text, { dialect: 'yaml11' }) ?? createRecord(), duplicates: [] };
  } catch (error) {
    throw badRequest(`error decoding YAML: ${(error as Error).message}`);
  }
}

/** @throws StatusError 400 unless the value is a map. */
export function requireRecord(value: unknown, kind: string, body: Buffer): Record<string, unknown> {
  if (isRecord(value)) return value;
  if (value === null) return createRecord();
  const text = body.toString('utf8');
  const what = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  throw unrecognized(
    kind,
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${what} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    text,
  );
}

function unrecognized(kind: string, why: string, text: string): Error {
  const shown = text === '' ? '<empty>' : text.length > 1024 ? `${text.slice(0, 1024)} ...` : text;
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${shown})`);
}

/** Go's words for the commonest broken texts. */
function goJsonError(text: string, error: unknown): string {
  const message = (error as Error).message;
  if (/end of JSON input|Unterminated/i.test(message) || text.trim() === '')
    return 'unexpected end of JSON input';
  const position = /at position (\d+)/.exec(message)?.[1];
  const character = position === undefined ? undefined : text[Number(position)];
  if (character === undefined) return 'unexpected end of JSON input';
  return `invalid character '${character}' looking for beginning of value`;
}

function assertDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) throw badRequest('json: exceeded max depth');
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}
