import { Buffer } from 'node:buffer';

import { NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { decodeProtobufBody } from './decode-body.ts';
import { decodeMessage } from './decode-message.ts';

/** Writes protobuf, so that tests say what is on the wire. */
const varint = (value: bigint): Buffer => {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
};
const bytes = (number: number, ...parts: (Buffer | string)[]): Buffer => {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(content.length)), content]);
};
const integer = (number: number, value: bigint): Buffer =>
  Buffer.concat([varint(BigInt(number * 8)), varint(value)]);
const envelope = (apiVersion: string, kind: string, ...content: Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from('k8s\0', 'latin1'),
    bytes(1, bytes(1, apiVersion), bytes(2, kind)),
    bytes(2, ...content),
    bytes(3),
    bytes(4),
  ]);

describe('decodeProtobufBody', () => {
  it('reads a ConfigMap', () => {
    const body = envelope(
      'v1',
      'ConfigMap',
      bytes(1, bytes(1, 'settings'), bytes(2, ''), bytes(8)),
      bytes(2, bytes(1, 'color'), bytes(2, 'blue')),
      bytes(3, bytes(1, 'raw'), bytes(2, Buffer.from([1, 2]))),
    );
    expect(decodeProtobufBody(body)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: { color: 'blue' },
      binaryData: { raw: 'AQI=' },
    });
  });

  it('reads options in the version of whatever they are about', () => {
    expect(
      decodeProtobufBody(envelope('apps/v1', 'DeleteOptions', integer(1, 5n), bytes(4, 'Orphan'))),
    ).toEqual({
      apiVersion: 'apps/v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 5,
      propagationPolicy: 'Orphan',
    });
  });

  it('refuses what is not marked as its own, or cut short, or unknown', () => {
    expect(() => decodeProtobufBody(Buffer.from('{}'))).toThrow('does not appear to be a protobuf message');
    expect(() => decodeProtobufBody(Buffer.from('k8s\0abc', 'latin1'))).toThrow('unexpected EOF');
    expect(() => decodeProtobufBody(envelope('example.com/v1', 'Widget'))).toThrow('unknown message');
  });
});

describe('decodeMessage', () => {
  it('takes fields of inline structs up, and leaves zero values out', () => {
    const volume = Buffer.concat([bytes(1, 'v'), bytes(2, bytes(2, bytes(1, '')))]);
    expect(decodeMessage('core/v1.Volume', volume)).toEqual({ name: 'v', emptyDir: {} });
  });

  it('reads integers, quantities, times and values of either type', () => {
    const port = Buffer.concat([bytes(4, integer(1, 1n), bytes(3, 'http')), integer(3, 80n)]);
    expect(decodeMessage('core/v1.ServicePort', port)).toEqual({ port: 80, targetPort: 'http' });
    const limits = bytes(1, bytes(1, 'cpu'), bytes(2, bytes(1, '500m')));
    expect(decodeMessage('core/v1.ResourceRequirements', limits)).toEqual({ limits: { cpu: '500m' } });
    const lease = bytes(4, integer(1, 1_767_225_600n), integer(2, 5_000n));
    expect(decodeMessage('coordination/v1.LeaseSpec', lease)).toEqual({
      renewTime: '2026-01-01T00:00:00.000005Z',
    });
    expect(decodeMessage('meta/v1.ObjectMeta', bytes(8, integer(1, -62_135_596_800n)))).toEqual({});
  });

  it('reads negative and very large integers', () => {
    expect(decodeMessage('meta/v1.ObjectMeta', integer(7, -3n))).toEqual({ generation: -3 });
    const { generation } = decodeMessage('meta/v1.ObjectMeta', integer(7, 9_007_199_254_740_993n));
    expect(generation).toBeInstanceOf(NumberLiteral);
    expect(String(generation)).toBe('9007199254740993');
  });

  it('reads the choices in JSON schemas', () => {
    const string = bytes(5, 'string');
    const decode = (...fields: Buffer[]): unknown =>
      decodeMessage('apiextensions/v1.JSONSchemaProps', Buffer.concat(fields));
    expect(decode(bytes(24, bytes(1, string)))).toEqual({ items: { type: 'string' } });
    expect(decode(bytes(30, integer(1, 1n), bytes(2, string)))).toEqual({
      additionalProperties: { type: 'string' },
    });
    expect(decode(bytes(30, integer(1, 0n)))).toEqual({ additionalProperties: false });
    expect(decode(bytes(8, bytes(1, '{"a":1}')))).toEqual({ default: { a: 1 } });
  });

  it('stops at messages that are too deep', () => {
    let schema = bytes(5, 'object');
    for (let i = 0; i < 600; i++) schema = bytes(28, schema);
    expect(() => decodeMessage('apiextensions/v1.JSONSchemaProps', schema)).toThrow('max depth');
  });
});
