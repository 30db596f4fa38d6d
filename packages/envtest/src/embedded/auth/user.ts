/** Who makes a request, after impersonation. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** The group whose members may do everything, whatever the roles say. */
export const MASTERS = 'system:masters';

/** The server's own hand: controllers and start-up. */
export const SYSTEM_USER: UserInfo = { name: 'system:apiserver', groups: [MASTERS] };

export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
