import type { KubeObject } from '@gitops-toolkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { MetricsRegistry } from '../metrics/metrics-registry.ts';
import { kindOf } from '../resource-kind.ts';
import { throughHub } from './conversion.ts';
import { deny, invalid } from './decision.ts';
import { GivenCertificates, ownCertificate, ReviewClient } from '../testing/review-client.ts';
import { webhookPath } from './webhook-paths.ts';
import { type Webhooks, webhooks } from './webhooks.ts';

type Site = KubeObject & { spec: { domain: string; replicas?: number } };
const SiteKind = kindOf<Site>('web.example.com/v1', 'Site');
const path = { validate: webhookPath('validate', SiteKind), mutate: webhookPath('mutate', SiteKind) };

let certificates: GivenCertificates;
let hooks: Webhooks;
let metrics: MetricsRegistry;
let client: ReviewClient | undefined;
beforeEach(async () => {
  certificates = new GivenCertificates();
  hooks = webhooks({ port: 0, host: '127.0.0.1', certificates });
  metrics = new MetricsRegistry();
  await metrics.load();
});
afterEach(async () => {
  client?.[Symbol.dispose]();
  client = undefined;
  await hooks[Symbol.asyncDispose]();
});

async function serve(): Promise<ReviewClient> {
  await hooks.start({ metrics });
  return (client = new ReviewClient(hooks.port, certificates.pair.cert));
}

function site(spec: Partial<Site['spec']> = {}): Site {
  const { apiVersion, kind } = SiteKind;
  return {
    apiVersion,
    kind,
    metadata: { name: 'a', namespace: 'web' },
    spec: { domain: 'a.example', ...spec },
  };
}

const creation = { operation: 'CREATE', object: site() };

describe('2.9 AdmissionReview', () => {
  it('2.9 paths are those of controller-runtime', () => {
    expect(path).toEqual({
      validate: '/validate-web-example-com-v1-site',
      mutate: '/mutate-web-example-com-v1-site',
    });
    expect(webhookPath('validate', kindOf('v1', 'Pod'))).toBe('/validate--v1-pod');
  });

  it('2.9 the answer has the uid of the request', async () => {
    hooks.validate(SiteKind, () => {});
    const { response } = await (await serve()).admit(path.validate, { ...creation, uid: 'u-77' });
    expect(response).toEqual({ uid: 'u-77', allowed: true });
  });

  it('2.9 a handler sees who does what to which object', async () => {
    const seen: unknown[] = [];
    hooks.validate(
      SiteKind,
      ({ object, old, operation, user, dryRun, namespace, name, subresource, options }) => {
        seen.push({ object, old, operation, user, dryRun, namespace, name, subresource, options });
      },
    );
    const userInfo = { username: 'ann', uid: 'u-9', groups: ['dev'], extra: { scopes: ['read'] } };
    await (
      await serve()
    ).admit(path.validate, {
      operation: 'UPDATE',
      namespace: 'web',
      name: 'a',
      subResource: 'status',
      dryRun: true,
      options: { kind: 'UpdateOptions' },
      userInfo,
      object: site({ replicas: 2 }),
      oldObject: site(),
    });
    expect(seen).toEqual([
      {
        operation: 'UPDATE',
        namespace: 'web',
        name: 'a',
        subresource: 'status',
        dryRun: true,
        options: { kind: 'UpdateOptions' },
        user: userInfo,
        object: site({ replicas: 2 }),
        old: site(),
      },
    ]);
  });

  it('2.9 a deletion is about the object that is deleted', async () => {
    hooks.validate(SiteKind, ({ object, operation }) => deny(`${operation} of ${object.spec.domain}`));
    const { response } = await (
      await serve()
    ).admit(path.validate, { operation: 'DELETE', oldObject: site() });
    expect(response['status']).toMatchObject({ message: 'DELETE of a.example' });
  });

  it('2.9 a denial has a code, a message and a reason', async () => {
    hooks.validate(SiteKind, () => deny('frozen until Monday', { code: 409 }));
    const { response } = await (await serve()).admit(path.validate, creation);
    const status = { status: 'Failure', code: 409, message: 'frozen until Monday', reason: 'Conflict' };
    expect(response).toEqual({ uid: 'u-1', allowed: false, status });
  });

  it('2.9 wrong fields are causes of the denial', async () => {
    hooks.validate(SiteKind, () => invalid([{ field: 'spec.domain', message: 'must be public' }]));
    const { response } = await (await serve()).admit(path.validate, creation);
    const cause = { reason: 'FieldValueInvalid', field: 'spec.domain', message: 'must be public' };
    expect(response['status']).toMatchObject({ code: 422, reason: 'Invalid', details: { causes: [cause] } });
  });

  it('2.9 changes of the object are a JSON patch in base64', async () => {
    hooks.mutate(SiteKind, ({ object }) => {
      object.spec.replicas ??= 2;
      object.metadata.labels = { 'example.com/by': 'hook' };
    });
    const asker = await serve();
    const { response } = await asker.admit(path.mutate, creation);
    expect(response['patchType']).toBe('JSONPatch');
    expect(JSON.parse(Buffer.from(response['patch'] as string, 'base64').toString())).toEqual([
      { op: 'add', path: '/metadata/labels', value: { 'example.com/by': 'hook' } },
      { op: 'add', path: '/spec/replicas', value: 2 },
    ]);
    const unchanged = await asker.admit(path.mutate, {
      operation: 'UPDATE',
      object: { ...site({ replicas: 1 }), metadata: { name: 'a', labels: { 'example.com/by': 'hook' } } },
    });
    expect(unchanged.response).toEqual({ uid: 'u-1', allowed: true });
  });

  it('2.9 a validator changes nothing', async () => {
    hooks.validate(SiteKind, ({ object }) => {
      object.spec.replicas = 7;
    });
    const { response } = await (await serve()).admit(path.validate, creation);
    expect(response).toEqual({ uid: 'u-1', allowed: true });
  });

  it('2.9 warnings have at most 256 characters each and 4096 together; annotations go to the audit log', async () => {
    hooks.validate(SiteKind, ({ annotate, warn }) => {
      warn('one\nline');
      for (let i = 0; i < 30; i++) warn('é'.repeat(300));
      annotate('checked-by', 'hook');
    });
    const { response } = await (await serve()).admit(path.validate, creation);
    const warnings = response['warnings'] as string[];
    expect(warnings.slice(0, 2)).toEqual(['one line', 'é'.repeat(256)]);
    expect(warnings.join('').length).toBeLessThanOrEqual(4096);
    expect(response['auditAnnotations']).toEqual({ 'checked-by': 'hook' });
  });

  it('2.9 a handler that throws refuses, with status 500', async () => {
    hooks.validate(SiteKind, () => {
      throw new TypeError('oops');
    });
    const { response } = await (await serve()).admit(path.validate, creation);
    expect(response).toMatchObject({ allowed: false, status: { code: 500, message: 'oops' } });
    expect(await metrics.text()).toContain('controller_runtime_webhook_panics_total 1');
  });

  it('2.9 a handler is told when the time of the server is up', async () => {
    const reasons: unknown[] = [];
    hooks.validate(SiteKind, ({ signal }) => {
      signal.addEventListener('abort', () => reasons.push((signal.reason as { code: string }).code));
      return new Promise(() => {});
    });
    const { response } = await (await serve()).admit(`${path.validate}?timeout=0.05s`, creation);
    expect(response).toMatchObject({ allowed: false, status: { code: 504, reason: 'Timeout' } });
    expect(reasons).toEqual(['RUNTIME_WEBHOOK_TIMEOUT']);
  });

  it('2.9 a body may have 7 MiB', async () => {
    hooks.validate(SiteKind, () => {});
    const large = { ...creation, options: { padding: 'x'.repeat(6 * 1024 * 1024) } };
    const asker = await serve();
    const { response } = await asker.admit(path.validate, large);
    expect(response['allowed']).toBe(true);
    const tooLarge = await asker
      .post(path.validate, Buffer.alloc(7 * 1024 * 1024 + 1, ' '))
      .catch(() => undefined);
    // Where the connection breaks before all is sent, the sender may not see the answer.
    expect([413, undefined]).toContain(tooLarge?.status);
  });

  it.each([
    ['/nowhere', '{}', 'application/json', 404, 'there is no webhook at this path'],
    [path.validate, '', 'application/json', 400, 'the body is empty'],
    [path.validate, '{', 'application/json', 400, 'the body is no JSON'],
    [path.validate, '{}', 'application/json', 400, 'expected a AdmissionReview of admission.k8s.io/v1'],
    [path.validate, '{}', 'text/plain', 415, 'expected application/json, not text/plain'],
    [
      path.validate,
      '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{}}',
      'application/json',
      400,
      'the AdmissionReview has no request with a uid',
    ],
  ])('2.9 what is no review gets an HTTP status: %s %s %s', async (at, body, type, status, text) => {
    hooks.validate(SiteKind, () => {});
    const answer = await (await serve()).post(at, body, type);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  it('two handlers cannot have one path: RUNTIME_WEBHOOK_PATH_TAKEN', async () => {
    hooks.validate(SiteKind, () => {});
    await serve();
    expect(() => hooks.validate(SiteKind, () => {})).toThrow(`a webhook at ${path.validate}`);
    hooks.validate(SiteKind, () => {}, { path: '/another' });
    expect(hooks.paths).toEqual([path.validate, '/another']);
  });
});

describe('2.9 ConversionReview', () => {
  const old = {
    apiVersion: 'web.example.com/v1',
    kind: 'Site',
    metadata: { name: 'a', uid: 'u' },
    host: 'a.example',
  };
  const convert = throughHub('v2', {
    v1: {
      toHub: ({ host, ...object }) => ({ ...object, spec: { domain: host } }),
      fromHub: ({ spec, ...object }) => ({ ...object, host: (spec as { domain: string }).domain }),
    },
    v3: {
      toHub: ({ sites, ...object }) => ({ ...object, spec: { domain: (sites as string[])[0] } }),
      fromHub: ({ spec, ...object }) => ({ ...object, sites: [(spec as { domain: string }).domain] }),
    },
  });

  it('2.9 objects come back in the version asked for, spokes by way of the hub', async () => {
    hooks.convert(SiteKind, convert);
    const { response } = await (await serve()).convert('web.example.com/v3', [old, old]);
    const { host: _, ...rest } = old;
    const converted = { ...rest, apiVersion: 'web.example.com/v3', sites: ['a.example'] };
    expect(response).toEqual({
      uid: 'u-1',
      convertedObjects: [converted, converted],
      result: { status: 'Success' },
    });
  });

  it('2.9 of metadata only labels and annotations change', async () => {
    hooks.convert(SiteKind, (object) => ({
      ...object,
      metadata: { name: 'other', labels: { a: 'b' }, annotations: { c: 'd' } },
    }));
    const { response } = await (await serve()).convert('web.example.com/v2', [old]);
    const metadata = { name: 'a', uid: 'u', labels: { a: 'b' }, annotations: { c: 'd' } };
    expect(response['convertedObjects']).toEqual([expect.objectContaining({ metadata })]);
  });

  it('2.9 what cannot be converted fails all, with the reason: RUNTIME_CONVERSION_FAILED', async () => {
    hooks.convert(SiteKind, convert);
    const asker = await serve();
    const unknown = await asker.convert('web.example.com/v9', [old]);
    const message = 'no conversion for version v9, only for v2, v1, v3';
    expect(unknown.response).toEqual({ uid: 'u-1', result: { status: 'Failed', message } });
    const other = await asker.convert('web.example.com/v2', [old, { ...old, kind: 'Page' }]);
    expect(other.response['result']).toMatchObject({ status: 'Failed' });
    expect(other.response['convertedObjects']).toBeUndefined();
  });

  it('two conversions cannot be of one kind', async () => {
    hooks.convert(SiteKind, convert);
    await serve();
    expect(() => hooks.convert(SiteKind, convert)).toThrow('a conversion of web.example.com/Site');
  });
});

describe('2.9 the server of webhooks', () => {
  it('2.9 takes over a new certificate and drops no connection', async () => {
    hooks.validate(SiteKind, () => {});
    const first = await serve();
    await first.admit(path.validate, creation);
    const next = ownCertificate('next');
    certificates.replace(next);
    // The connection that is open goes on; new ones see the new certificate.
    expect((await first.admit(path.validate, creation)).status).toBe(200);
    using second = new ReviewClient(hooks.port, next.cert);
    expect((await second.admit(path.validate, creation)).status).toBe(200);
    using outdated = new ReviewClient(hooks.port, ownCertificate().cert);
    await expect(outdated.admit(path.validate, creation)).rejects.toThrow('certificate');
  });

  it('2.9 lets requests under way end, and takes no new ones', async () => {
    let [answerNow, wasAsked] = [(): void => {}, (): void => {}];
    const answered = new Promise<void>((resolve) => (answerNow = resolve));
    const asked = new Promise<void>((resolve) => (wasAsked = resolve));
    hooks.validate(SiteKind, async () => {
      wasAsked();
      await answered;
    });
    const asker = await serve();
    const answer = asker.admit(path.validate, creation);
    await asked;
    const ended = hooks[Symbol.asyncDispose]();
    answerNow();
    expect((await answer).response['allowed']).toBe(true);
    asker[Symbol.dispose]();
    await ended;
    await expect(hooks.check()).rejects.toThrow('not served');
  });

  it('2.9 can be asked whether it serves', async () => {
    await expect(hooks.check()).rejects.toThrow('not served');
    await serve();
    await hooks.check();
  });

  it('2.10 counts requests by webhook and code, but none to other paths', async () => {
    hooks.validate(SiteKind, () => {}).convert(SiteKind, (object) => object);
    const asker = await serve();
    await asker.admit(path.validate, creation);
    await asker.post(path.validate, '{');
    await asker.convert('web.example.com/v2', []);
    await asker.post('/elsewhere', '{}');
    const text = await metrics.text();
    const webhook = `webhook="${path.validate}"`;
    expect(text).toContain(`controller_runtime_webhook_requests_total{${webhook},code="200"} 1`);
    expect(text).toContain(`controller_runtime_webhook_requests_total{${webhook},code="400"} 1`);
    expect(text).toContain('controller_runtime_webhook_requests_total{webhook="/convert",code="200"} 1');
    expect(text).toContain(`controller_runtime_webhook_requests_in_flight{${webhook}} 0`);
    expect(text).toContain(`controller_runtime_webhook_latency_seconds_count{${webhook}} 2`);
    expect(text).not.toContain('/elsewhere');
  });
});
