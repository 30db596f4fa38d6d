import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { defaultManager, parseTarget } from './api-request.ts';
import { findDuplicateKeys } from './duplicate-keys.ts';
import { negotiate } from './negotiation.ts';
import { selfSignedCertificate } from './self-signed.ts';

describe('negotiate', () => {
  const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

  it('gives JSON where nothing else is wanted', () => {
    for (const accept of [undefined, '', '*/*', 'application/*', 'application/json']) {
      expect(negotiate(accept)).toMatchObject({ format: 'json', contentType: 'application/json' });
    }
  });

  it('takes the first alternative that it can give', () => {
    expect(negotiate(`application/vnd.kubernetes.protobuf,application/json`).format).toBe('json');
    expect(negotiate(`${TABLE},application/json`, ['Table']).shape).toEqual({ kind: 'Table', version: 'v1' });
    expect(negotiate(`${TABLE},application/json`, ['PartialObjectMetadata']).shape).toBeUndefined();
    expect(negotiate('application/json;q=0.5,application/yaml').format).toBe('yaml');
  });

  it('marks streams', () => {
    expect(negotiate('application/json;stream=watch').contentType).toBe('application/json;stream=watch');
  });

  it('refuses what it cannot give', () => {
    expect(() => negotiate('application/xml')).toThrow('406: Not Acceptable');
    expect(() => negotiate('application/vnd.kubernetes.protobuf')).toThrow('406: Not Acceptable');
  });
});

describe('parseTarget', () => {
  it('splits path and query, and decodes segments', () => {
    const { segments, query } = parseTarget('/api/v1/namespaces/a%20b//pods?watch=1&labelSelector=x%3Dy');
    expect(segments).toEqual(['api', 'v1', 'namespaces', 'a b', 'pods']);
    expect(query.get('labelSelector')).toBe('x=y');
    expect(parseTarget('/%zz').segments).toEqual(['%zz']);
  });
});

describe('defaultManager', () => {
  it('is the program in the User-Agent', () => {
    expect(defaultManager({ 'user-agent': 'kubectl/v1.35.4 (linux/amd64)' })).toBe('kubectl');
    expect(defaultManager({})).toBe('unknown');
  });
});

describe('findDuplicateKeys', () => {
  it.each([
    ['{"a":1,"b":{"c":1,"c":2}}', ['b.c']],
    ['{"a":[{"x":1},{"x":1,"x":2}],"a":3}', ['a[1].x', 'a']],
    [String.raw`{"a":"\"a\":{}","b":"\\","A":1}`, []],
    [String.raw`{"a":1,"\u0061":2}`, ['a']],
    [' { "a" : { } , "a" : [ ] } ', ['a']],
    ['[1,"x",null,true,-1.5e3]', []],
  ])('in %s are %j', (text, found) => {
    expect(findDuplicateKeys(text)).toEqual(found);
  });
});

describe('selfSignedCertificate', () => {
  it('is valid for its hosts, for about a year', () => {
    const now = Date.parse('2026-05-01T00:00:00Z');
    const certificate = new X509Certificate(
      selfSignedCertificate(['127.0.0.1', 'localhost', '::1'], now).cert,
    );
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.subjectAltName).toContain('IP Address:0:0:0:0:0:0:0:1');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(Date.parse(certificate.validFrom)).toBeLessThan(now);
    expect(new Date(certificate.validTo).getUTCFullYear()).toBe(2027);
  });

  it('is dated rightly beyond 2049 too', () => {
    const { cert } = selfSignedCertificate(['localhost'], Date.parse('2060-01-02T00:00:00Z'));
    expect(new Date(new X509Certificate(cert).validFrom).getUTCFullYear()).toBe(2060);
  });
});
