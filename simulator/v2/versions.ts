import { json, Refusal, v2NotFound, type Answer, type Listing } from '../answer.ts'
import { param, type Call } from '../call.ts'
import { storageOf, versionFacts } from '../world/nodes.ts'
import { orderOf } from '../world/order.ts'
import { isoTime, type Node, type NodeKind } from '../world/site.ts'
import { getNode, wantsStorage } from './find.ts'
import { limitOf, sortOf, v2Page } from './paging.ts'

export function listPageVersions(call: Call): Listing {
  return listVersions(call, 'page')
}

export function listBlogPostVersions(call: Call): Listing {
  return listVersions(call, 'blogpost')
}

export function getPageVersion(call: Call): Answer {
  const node = getNode(call, 'page', 'page-id')
  const version = Number(param(call, 'version-number'))
  if (!Number.isInteger(version) || version < 1 || version > node.version) throw new Refusal(v2NotFound())
  const facts = versionFacts(call.site, node, version)
  return json(200, {
    ...versionOf(call, node, version),
    contentTypeModified: false,
    collaborators: [facts.author.accountId],
    ...(version > 1 ? { prevVersion: version - 1 } : {}),
    ...(version < node.version ? { nextVersion: version + 1 } : {}),
  })
}

// Real sites cut this list at 50 a page, newest first, whatever the vendor's document says.
function listVersions(call: Call, kind: NodeKind): Listing {
  const node = getNode(call, kind)
  const storage = wantsStorage(call)
  const { sort, descending } = call.query.has('sort')
    ? sortOf(call, ['modified-date'], 'modified-date')
    : { sort: 'modified-date', descending: true }
  const numbers = Array.from({ length: node.version }, (_, at) => at + 1)
  const order = orderOf(numbers, (version) => [version, version])
  const row = (version: number) => {
    const facts = versionFacts(call.site, node, version)
    const body = storage ? { storage: { representation: 'storage', value: storageOf(call.site, node, version) } } : {}
    return [
      JSON.stringify({ ...versionOf(call, node, version), [kind]: { title: facts.title, id: String(node.id), body } }),
    ]
  }
  return v2Page(call, { order, sort, descending, limit: limitOf(call, 25, 50), keep: () => true, row })
}

function versionOf(call: Call, node: Node, version: number) {
  const { at, message, minorEdit, author } = versionFacts(call.site, node, version)
  return { number: version, message, minorEdit, authorId: author.accountId, createdAt: isoTime(at) }
}
