import { z } from 'zod'
import { noContent, Refusal, v1Error, v1NotFound, type Answer, type Listing } from '../answer.ts'
import { bodyOf, param, type Call } from '../call.ts'
import { finishListing } from '../answer.ts'
import { addLabels, removeLabel } from '../world/edit.ts'
import type { Node } from '../world/site.ts'
import { labelV1 } from './content-json.ts'
import { getContentNode, getEditableNode } from './content.ts'
import { limitV1, offsetListing } from './listing.ts'

const One = z.object({ prefix: z.enum(['global', 'my', 'team']).default('global'), name: z.string().min(1).max(255) })
const Labels = z.union([z.array(One), One.transform((label) => [label])])

export function listLabelsV1(call: Call): Listing {
  return listing(call, getContentNode(call))
}

export function addLabelsV1(call: Call): Answer {
  const node = getEditableNode(call)
  const labels = bodyOf(call, Labels)
  const wrong = labels.find((label) => /[\s:;,.?&[\]()#^*!@]/.test(label.name))
  if (wrong !== undefined)
    throw new Refusal(v1Error(400, 'api.BadRequestException', `Label ${wrong.name} contains invalid characters`))
  addLabels(call.site, node, labels)
  return finishListing(listing(call, node))
}

export function removeLabelV1(call: Call): Answer {
  const node = getEditableNode(call)
  const name = param(call, 'label') || (call.query.get('name') ?? '')
  if (!removeLabel(node, name)) throw new Refusal(v1NotFound(name))
  return noContent()
}

function listing(call: Call, node: Node): Listing {
  return offsetListing(call, node.labels, limitV1(call, 200, 200), (label) => [JSON.stringify(labelV1(label))])
}
