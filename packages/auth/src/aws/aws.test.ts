import { findProgram, startProgram } from '@gitops-toolkit/envtest/servers';
import { describe, expect, it } from 'vitest';
import { formOf, serviceAccount, startCloud, testOptions } from '../testing/cloud.ts';
import { TokenCache } from '../token-cache.ts';
import { awsCredentials } from './aws-credentials.ts';
import { codeCommitCredentials } from './code-commit.ts';
import { ecrCredentials } from './ecr.ts';
import { signature, sha256, signedHeaders } from './signature.ts';

const ROLE = 'arn:aws:iam::123456789012:role/flux/reader';
const STS = (key: string): string =>
  `<AssumeRoleWithWebIdentityResponse><Credentials><AccessKeyId>${key}</AccessKeyId>` +
  '<SecretAccessKey>secret&amp;key</SecretAccessKey><SessionToken>session</SessionToken>' +
  '<Expiration>2099-01-02T03:04:05Z</Expiration></Credentials></AssumeRoleWithWebIdentityResponse>';
const KEYS = {
  AccessKeyId: 'AKIA1',
  SecretAccessKey: 'secret',
  Token: 'session',
  Expiration: '2099-01-02T03:04:05Z',
};

describe('signatures of AWS, version 4', () => {
  it('are those of the documentation', () => {
    const url = new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08');
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      host: 'iam.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
    };
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
    const scope = { service: 'iam', region: 'us-east-1', timestamp: '20150830T123600Z' };
    expect(signature({ method: 'GET', url, headers, bodyHash: sha256('') }, keys, scope)).toBe(
      '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    );
  });

  it('cover the token of a session', () => {
    const keys = { accessKeyId: 'AKIA', secretAccessKey: 's', sessionToken: 'session', expiresAtMs: 0 };
    const request = {
      method: 'POST',
      url: new URL('https://api.ecr.eu-west-1.amazonaws.com/'),
      headers: {},
      body: '{}',
    };
    const headers = signedHeaders(request, keys, { service: 'ecr', region: 'eu-west-1', now: 0 });
    expect(headers).toMatchObject({ 'x-amz-date': '19700101T000000Z', 'x-amz-security-token': 'session' });
    expect(headers['authorization']).toContain(
      'SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=',
    );
  });
});

describe('the identity of a service account', () => {
  it('is the role that it is annotated with', async () => {
    const cloud = await startCloud(() => [200, STS('AKIA1')]);
    const account = serviceAccount({ 'eks.amazonaws.com/role-arn': ROLE });
    const options = testOptions({ serviceAccount: account, cache: new TokenCache() });
    const ask = () => awsCredentials({ ...options, region: 'eu-west-1', stsEndpoint: cloud.url });
    expect(await ask()).toEqual({
      accessKeyId: 'AKIA1',
      secretAccessKey: 'secret&key',
      sessionToken: 'session',
      expiresAtMs: Date.parse('2099-01-02T03:04:05Z'),
    });
    await ask();
    expect(cloud.seen).toHaveLength(1);
    expect(cloud.seen.map(formOf)).toEqual([
      {
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: ROLE,
        RoleSessionName: 'apps.reader.eu-west-1',
        WebIdentityToken: 'token for sts.amazonaws.com',
      },
    ]);
  });

  it.each([
    ['no annotation', {}, 'eu-west-1'],
    ['another ARN', { 'eks.amazonaws.com/role-arn': 'arn:aws:s3:::bucket' }, 'eu-west-1'],
    ['a region that is none', { 'eks.amazonaws.com/role-arn': ROLE }, 'evil.example.com/'],
  ])(
    'is refused with %s: AUTH_CONFIGURATION_INVALID',
    async (_, annotations: Record<string, string>, region) => {
      const options = testOptions({ serviceAccount: serviceAccount(annotations) });
      await expect((async () => awsCredentials({ ...options, region }))()).rejects.toMatchObject({
        code: 'AUTH_CONFIGURATION_INVALID',
      });
    },
  );

  it('is not given by who refuses it: AUTH_REFUSED', async () => {
    const cloud = await startCloud(() => [
      403,
      '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>',
    ]);
    const options = testOptions({ serviceAccount: serviceAccount({ 'eks.amazonaws.com/role-arn': ROLE }) });
    const asking = awsCredentials({ ...options, region: 'eu-west-1', stsEndpoint: cloud.url });
    await expect(asking).rejects.toMatchObject({
      code: 'AUTH_REFUSED',
      message: expect.stringMatching(/answers 403: AccessDenied$/),
    });
  });
});

describe('the identity of the program', () => {
  const region = 'eu-west-1';

  it('is in its variables', async () => {
    const environment = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: region };
    expect(await awsCredentials(testOptions({ environment }))).toMatchObject({ accessKeyId: 'AKIA' });
  });

  it('is the role that IRSA names, for the token in the file', async () => {
    const cloud = await startCloud(() => [200, STS('AKIA2')]);
    const environment = {
      AWS_ROLE_ARN: ROLE,
      AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
      AWS_ENDPOINT_URL_STS: cloud.url,
    };
    const readFile = async (path: string): Promise<string> => `content of ${path}\n`;
    const keys = await awsCredentials({ ...testOptions({ environment, readFile }), region });
    expect(keys.accessKeyId).toBe('AKIA2');
    expect(cloud.seen.map(formOf)).toMatchObject([{ WebIdentityToken: 'content of /var/run/token' }]);
  });

  it('comes from the agent of Pod Identity, which is shown the token of the pod', async () => {
    const cloud = await startCloud(() => [200, KEYS]);
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${cloud.url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/token',
    };
    const options = testOptions({ environment, readFile: async () => 'pod token' });
    expect(await awsCredentials({ ...options, region })).toMatchObject({
      accessKeyId: 'AKIA1',
      sessionToken: 'session',
    });
    expect(cloud.seen[0]).toMatchObject({ path: '/v1/credentials', headers: { authorization: 'pod token' } });
  });

  it('is not asked for at any address: the token of the pod stays on the node', async () => {
    const environment = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://evil.example.com/' };
    await expect(awsCredentials({ ...testOptions({ environment }), region })).rejects.toMatchObject({
      code: 'AUTH_CONFIGURATION_INVALID',
    });
  });

  it('is that of the instance, after a session was begun', async () => {
    const cloud = await startCloud(({ path }) => {
      if (path === '/latest/api/token') return [200, 'imds'];
      return path.endsWith('/') ? [200, 'node-role'] : [200, KEYS];
    });
    const environment = { AWS_EC2_METADATA_SERVICE_ENDPOINT: cloud.url };
    expect(await awsCredentials({ ...testOptions({ environment }), region })).toMatchObject({
      accessKeyId: 'AKIA1',
    });
    expect(cloud.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/node-role',
    ]);
    expect(cloud.seen[2]?.headers['x-aws-ec2-metadata-token']).toBe('imds');
  });

  it('is asked for again where nobody answers: AUTH_REQUEST_FAILED', async () => {
    const cloud = await startCloud(() => [503, '']);
    const environment = { AWS_EC2_METADATA_SERVICE_ENDPOINT: cloud.url };
    await expect(awsCredentials({ ...testOptions({ environment }), region })).rejects.toMatchObject({
      code: 'AUTH_REQUEST_FAILED',
      retry: 'backoff',
    });
  });
});

describe('CodeCommit', () => {
  const environment = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 'session' };

  it('gets keys as the user, and a signature of the URL as the password, for 15 minutes', async () => {
    const now = Date.parse('2026-01-02T03:04:05Z');
    const clock = { now: () => now, monotonic: () => now, setTimeout: () => () => {} };
    const url = 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/app';
    const credentials = await codeCommitCredentials(url, testOptions({ environment, clock }));
    expect(credentials).toMatchObject({
      username: 'AKIA%session',
      password: expect.stringMatching(/^20260102T030405Z[0-9a-f]{64}$/),
      expiresAtMs: now + 900_000,
    });
  });

  it.each([
    'http://git-codecommit.eu-west-1.amazonaws.com/v1/repos/app',
    'https://git-codecommit.eu-west-1.amazonaws.com.evil.example.com/v1/repos/app',
  ])('gets none for %s', async (url) => {
    await expect(codeCommitCredentials(url, testOptions({ environment }))).rejects.toMatchObject({
      code: 'AUTH_CONFIGURATION_INVALID',
    });
  });
});

describe('the registry of AWS', () => {
  const environment = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' };
  const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';

  it('gives a user and a password to who signs', async () => {
    const token = Buffer.from('AWS:password').toString('base64');
    const cloud = await startCloud(() => [
      200,
      { authorizationData: [{ authorizationToken: token, expiresAt: 4_000_000_000.5 }] },
    ]);
    const options = { ...testOptions({ environment }), ecrEndpoint: cloud.url };
    expect(await ecrCredentials(host, options)).toEqual({
      username: 'AWS',
      password: 'password',
      expiresAtMs: 4_000_000_000_500,
    });
    expect(cloud.seen[0]?.headers).toMatchObject({
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
      authorization: expect.stringContaining('/eu-west-1/ecr/aws4_request'),
    });
  });

  it('is not trusted to answer what it should: AUTH_ANSWER_INVALID', async () => {
    const cloud = await startCloud(() => [200, { authorizationData: [] }]);
    const options = { ...testOptions({ environment }), ecrEndpoint: cloud.url };
    await expect(ecrCredentials(host, options)).rejects.toMatchObject({ code: 'AUTH_ANSWER_INVALID' });
  });
});

const moto = findProgram('moto_server');
describe.skipIf(moto === undefined)('a server that plays AWS', () => {
  it('lends a role, and logs in to its registry', async () => {
    await using server = await startProgram({
      name: 'moto_server',
      path: moto ?? '',
      args: ({ port }) => ['-H', '127.0.0.1', '-p', String(port)],
    });
    const url = `http://127.0.0.1:${server.port}/`;
    const account = serviceAccount({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/reader' });
    const options = { ...testOptions({ serviceAccount: account }), region: 'eu-west-1', stsEndpoint: url };
    const keys = await awsCredentials(options);
    expect(keys.sessionToken).toBeTruthy();
    expect(keys.expiresAtMs).toBeGreaterThan(Date.now());
    const login = await ecrCredentials('123456789012.dkr.ecr.eu-west-1.amazonaws.com', {
      ...options,
      ecrEndpoint: url,
    });
    expect(login).toMatchObject({ username: 'AWS', password: expect.any(String) });
  });
});
