import type { Node, Principals } from '../world/site.ts'
import type { DcCall } from './call.ts'
import { has } from './listing.ts'
import { groupJson, personJson } from './people-json.ts'

const operations = ['read', 'update'] as const
export type Operation = (typeof operations)[number]

/** As an expansion of a content: `read.restrictions.user` and `read.restrictions.group` are asked for singly. */
export function restrictionsIn(call: DcCall, node: Node, expand: ReadonlySet<string>) {
  const wanted = operations.filter((operation) => has(expand, operation))
  const path = `/rest/api/content/${node.id}/restriction/byOperation`
  const one = (operation: Operation) => {
    const names = (['user', 'group'] as const).filter((name) => expand.has(`${operation}.restrictions.${name}`))
    return operationJson(call, node, operation, names)
  }
  const rest = operations.filter((operation) => !wanted.includes(operation))
  return {
    ...Object.fromEntries(wanted.map((operation) => [operation, one(operation)])),
    _links: { self: `${call.base}${path}` },
    _expandable: Object.fromEntries(rest.map((operation) => [operation, `${path}/${operation}`])),
  }
}

/** Empty lists mean "as above". Lists that were not asked for are not there. */
export function operationJson(call: DcCall, node: Node, operation: Operation, names: readonly ('user' | 'group')[]) {
  const lists = listsOf(call, node.restrictions?.[operation])
  const left = (['user', 'group'] as const).filter((name) => !names.includes(name))
  return {
    operation,
    ...(names.length === 0
      ? {}
      : {
          restrictions: {
            ...Object.fromEntries(names.map((name) => [name, lists[name]])),
            _expandable: Object.fromEntries(left.map((name) => [name, ''])),
          },
        }),
    _links: { self: `${call.base}/rest/api/content/${node.id}/restriction/byOperation/${operation}` },
    _expandable: { content: `/rest/api/content/${node.id}`, ...(names.length === 0 ? { restrictions: '' } : {}) },
  }
}

function listsOf(call: DcCall, principals: Principals | undefined) {
  const users = (principals?.users ?? []).flatMap((id) => {
    const account = call.site.accounts.get(id)
    return account === undefined ? [] : [personJson(call, account)]
  })
  const groups = (principals?.groups ?? []).map((name) => groupJson(call, name))
  const list = <T>(results: T[]) => ({ results, start: 0, limit: 200, size: results.length })
  return { user: list(users), group: list(groups) }
}
