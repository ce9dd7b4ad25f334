import { Refusal, v2NotFound, type Listing } from '../answer.ts'
import { listParam, param, type Call } from '../call.ts'
import { canSee } from '../users.ts'
import { orderOf } from '../world/order.ts'
import type { Label } from '../world/site.ts'
import { limitOf, sortOf, v2Page } from './paging.ts'
import { getNode, getSpace } from './find.ts'

export function labelJson({ id, name, prefix }: Label) {
  return { id: String(id), name, prefix }
}

export function listLabels(call: Call): Listing {
  const ids = new Set(listParam(call, 'label-id').map(Number))
  return labelListing(
    call,
    [...call.site.labels.values()].filter((label) => ids.size === 0 || ids.has(label.id)),
  )
}

export function listPageLabels(call: Call): Listing {
  return labelListing(call, getNode(call, 'page').labels)
}

export function listBlogPostLabels(call: Call): Listing {
  return labelListing(call, getNode(call, 'blogpost').labels)
}

export function listAttachmentLabels(call: Call): Listing {
  const attachment = call.site.attachments.get(Number(param(call, 'id').replace(/^att/, '')))
  if (attachment === undefined || !canSee(call.user, attachment.page)) throw new Refusal(v2NotFound())
  return labelListing(call, [])
}

/** The labels on the content of a space. */
export function listSpaceContentLabels(call: Call): Listing {
  const space = getSpace(call)
  const found = new Set<Label>()
  for (const node of call.site.nodes.values()) {
    if (node.space === space && node.status !== 'trashed') for (const label of node.labels) found.add(label)
  }
  return labelListing(call, [...found])
}

export function listSpaceLabels(call: Call): Listing {
  getSpace(call)
  return labelListing(call, [])
}

function labelListing(call: Call, labels: readonly Label[]): Listing {
  const { sort, descending } = sortOf(call, ['id', 'created-date', 'name'], 'id')
  const order = orderOf(labels, (label) => (sort === 'name' ? [label.name, label.id] : [label.id, label.id]))
  const prefixes = listParam(call, 'prefix')
  const keep = (label: Label) => prefixes.length === 0 || prefixes.includes(label.prefix)
  return v2Page(call, {
    order,
    sort,
    descending,
    limit: limitOf(call),
    keep,
    row: (label) => [JSON.stringify(labelJson(label))],
  })
}
