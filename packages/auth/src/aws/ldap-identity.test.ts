import { HttpClient } from '@gitops-toolkit/core/http';
import { serveHttp } from '@gitops-toolkit/envtest/servers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { assumeRoleWithLdapIdentity } from './ldap-identity.ts';

const ANSWER = `<?xml version="1.0"?><AssumeRoleWithLDAPIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithLDAPIdentityResult><Credentials><AccessKeyId>key</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<Expiration>2099-01-01T00:00:00Z</Expiration><SessionToken>token</SessionToken></Credentials></AssumeRoleWithLDAPIdentityResult>
</AssumeRoleWithLDAPIdentityResponse>`;

async function start(
  status: number,
  answer: string,
): Promise<{ url: string; forms: string[]; http: HttpClient }> {
  const forms: string[] = [];
  const server = await serveHttp((request, response) => {
    let form = '';
    request.on('data', (piece: Buffer) => (form += piece.toString()));
    request.on('end', () => {
      forms.push(form);
      response.writeHead(status).end(answer);
    });
  });
  const http = new HttpClient();
  onTestFinished(async () => {
    await http[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  return { url: server.url, forms, http };
}

describe('a user of a directory', () => {
  it('gets keys of a storage for a name and a password', async () => {
    const { url, forms, http } = await start(200, ANSWER);
    const user = { endpoint: url, username: 'me', password: 'p&w' };
    expect(await assumeRoleWithLdapIdentity(user, { http })).toMatchObject({
      accessKeyId: 'key',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
    expect(forms).toEqual([
      'Action=AssumeRoleWithLDAPIdentity&Version=2011-06-15&LDAPUsername=me&LDAPPassword=p%26w',
    ]);
  });

  it('that the directory does not know is refused, and the password is not repeated', async () => {
    const { url, http } = await start(403, '<Error><Code>AccessDenied</Code></Error>');
    const user = { endpoint: url, username: 'me', password: 'pass-word' };
    const failure = await assumeRoleWithLdapIdentity(user, { http }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'AUTH_REFUSED' });
    expect(String(failure)).not.toContain('pass-word');
  });
});
