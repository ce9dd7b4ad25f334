import { Refusal, v2Invalid, v2NotFound } from '../answer.ts'
import { param, type Call } from '../call.ts'
import { canSee, canSeeSpace } from '../users.ts'
import type { Node, NodeKind, Space } from '../world/site.ts'

/** The node of the path that the caller may see; a trashed one too, as on real sites. */
export function getNode(call: Call, kind: NodeKind, name = 'id'): Node {
  const node = call.site.nodes.get(Number(param(call, name)))
  if (node === undefined || node.kind !== kind || !canSee(call.user, node)) throw new Refusal(v2NotFound())
  return node
}

export function getSpace(call: Call): Space {
  const space = call.site.spaces.get(Number(param(call, 'id')))
  if (space === undefined || !canSeeSpace(call.user, space)) throw new Refusal(v2NotFound())
  return space
}

/** Whether `storage` bodies are asked for; other formats of lists are refused. */
export function wantsStorage(call: Call): boolean {
  const format = call.query.get('body-format')
  if (format === null) return false
  if (['storage', 'view', 'export_view', 'styled_view', 'anonymous_export_view', 'editor'].includes(format))
    return format === 'storage'
  throw new Refusal(v2Invalid(`Provided value {${format}} for 'body-format' is not served by this simulator`))
}
