import type { Account } from '../world/site.ts'
import type { DcCall } from './call.ts'

/** A person: user key and user name, and no account id. The address is told to nobody. */
export function personJson(call: DcCall, { accountId, username, name }: Account) {
  return {
    type: 'known',
    username,
    userKey: accountId,
    profilePicture: {
      path: `${call.dc.contextPath}/images/icons/profilepics/default.svg`,
      width: 48,
      height: 48,
      isDefault: true,
    },
    displayName: name,
    _links: { self: `${call.base}/rest/api/user?key=${accountId}` },
    _expandable: { status: '' },
  }
}

export function groupJson(call: DcCall, name: string) {
  return { type: 'group', name, _links: { self: `${call.base}/rest/api/group/${encodeURIComponent(name)}` } }
}
