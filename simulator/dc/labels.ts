import { z } from 'zod'
import { finishListing, noContent, type Answer, type Listing } from '../answer.ts'
import { listParam, param } from '../call.ts'
import { addLabels, removeLabel } from '../world/edit.ts'
import type { Node } from '../world/site.ts'
import { bodyOf, type DcCall } from './call.ts'
import { labelJson } from './content-json.ts'
import { getEditable, getNode } from './find.ts'
import { limitOf, offsetList } from './listing.ts'
import { invalid, notFound } from './refusals.ts'

const One = z.object({ prefix: z.enum(['global', 'my', 'team']).default('global'), name: z.string().min(1).max(255) })
const Labels = z.union([z.array(One), One.transform((label) => [label])])

export function listLabels(call: DcCall): Listing {
  return listing(call, getNode(call))
}

export function addLabelsTo(call: DcCall): Answer {
  const node = getEditable(call)
  const labels = bodyOf(call, Labels)
  const wrong = labels.find((label) => /[\s:;,.?&[\]()#^*!@]/.test(label.name))
  if (wrong !== undefined) throw invalid(`Label ${wrong.name} contains invalid characters`)
  addLabels(call.site, node, labels)
  return finishListing(listing(call, node))
}

/** By path, or by `?name=` for names that a path cannot carry. */
export function removeLabelFrom(call: DcCall): Answer {
  const node = getEditable(call)
  const name = param(call, 'label') || (call.query.get('name') ?? '')
  if (!removeLabel(node, name)) throw notFound(`No label ${name} on content ${node.id}`)
  return noContent()
}

function listing(call: DcCall, node: Node): Listing {
  const prefixes = new Set(listParam(call, 'prefix'))
  const items = node.labels.filter((label) => prefixes.size === 0 || prefixes.has(label.prefix))
  return offsetList(call, {
    items,
    limit: limitOf(call, 200, false),
    row: (label) => [JSON.stringify(labelJson(label))],
  })
}
