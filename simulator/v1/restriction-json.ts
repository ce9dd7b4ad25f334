import type { Call } from '../call.ts'
import { groupId } from '../world/readers.ts'
import type { Node, Principals } from '../world/site.ts'

const operations = ['read', 'update'] as const

/** The restrictions of a content by operation: empty lists mean "inherits". */
export function restrictionsOf(call: Call, node: Node) {
  const self = `${call.origin}/wiki/rest/api/content/${node.id}/restriction/byOperation`
  const of = (operation: (typeof operations)[number]) => ({
    operation,
    restrictions: principalsV1(call, node.restrictions?.[operation]),
    _expandable: { content: `/rest/api/content/${node.id}` },
    _links: { self: `${self}/${operation}` },
  })
  return { read: of('read'), update: of('update'), _links: { self, base: `${call.origin}/wiki`, context: '/wiki' } }
}

function principalsV1(call: Call, principals: Principals | undefined) {
  const users = (principals?.users ?? []).map((accountId) => {
    const name = call.site.accounts.get(accountId)?.name ?? accountId
    return {
      type: 'known',
      accountId,
      accountType: 'atlassian',
      email: '',
      publicName: name,
      displayName: name,
      profilePicture: { path: `/wiki/aa-avatar/${accountId}`, width: 48, height: 48, isDefault: false },
      _expandable: { operations: '', personalSpace: '' },
      _links: { self: `${call.origin}/wiki/rest/api/user?accountId=${accountId}` },
    }
  })
  const groups = (principals?.groups ?? []).map((name) => ({
    type: 'group',
    name,
    id: groupId(name),
    _links: { self: `${call.origin}/wiki/rest/api/group/by-id?id=${groupId(name)}` },
  }))
  const list = <T>(results: T[]) => ({ results, start: 0, limit: 100, size: results.length })
  return { user: list(users), group: list(groups) }
}
