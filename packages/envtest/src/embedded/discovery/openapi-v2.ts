import { jsonAnswer, type TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';

const TITLE = 'Kubernetes';
const VERSION = 'unversioned';
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/**
 * The OpenAPI v2 document: a head without paths and types, which are in v3. `kubectl` reads it for lists of
 * objects and for kinds that nobody serves, and then leaves the checking of fields to the server.
 */
export function openApiV2({ headers }: ApiRequest): TextAnswer {
  if (!/proto-openapi/.test(headers.accept ?? ''))
    return jsonAnswer({ swagger: '2.0', info: { title: TITLE, version: VERSION }, paths: {} });
  const info = textField(1, TITLE) + textField(2, VERSION);
  return {
    code: 200,
    contentType: PROTOBUF,
    body: textField(1, '2.0') + textField(2, info) + textField(8, ''),
  };
}

/** A field of a protobuf message with a length: a text, or a message in bytes. All of it is ASCII and short. */
const textField = (number: number, text: string): string =>
  String.fromCharCode((number << 3) | 2, text.length) + text;
