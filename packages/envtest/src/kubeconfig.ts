import type { ClusterConfig } from '@gitops-toolkit/kube';

/** The kubeconfig that leads `kubectl` to a server: one cluster, one user, one context named `envtest`. */
export function kubeconfigFor(config: ClusterConfig): string {
  const cluster: string[] = [`server: ${quote(config.server)}`];
  if (config.ca !== undefined) cluster.push(`certificate-authority-data: ${base64(config.ca)}`);
  if (config.insecureSkipTlsVerify === true) cluster.push('insecure-skip-tls-verify: true');
  const user: string[] = typeof config.token === 'string' ? [`token: ${quote(config.token)}`] : [];
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    '- name: envtest',
    '  cluster:',
    ...cluster.map((line) => `    ${line}`),
    'users:',
    '- name: envtest',
    user.length === 0 ? '  user: {}' : '  user:',
    ...user.map((line) => `    ${line}`),
    'contexts:',
    '- name: envtest',
    '  context:',
    '    cluster: envtest',
    '    user: envtest',
    'current-context: envtest',
    '',
  ].join('\n');
}

// A JSON string is a YAML string too.
const quote = (text: string): string => JSON.stringify(text);
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
