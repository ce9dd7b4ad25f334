import type { Answer, Listing, Piece } from '../answer.ts'
import { param } from '../call.ts'
import { rendered } from '../v2/pages.ts'
import type { Node } from '../world/site.ts'
import type { DcCall } from './call.ts'
import { below, contentRow, versionJson } from './content-json.ts'
import { getNode } from './find.ts'
import { expandOf, has, hasBody, limitOf, offsetList } from './listing.ts'
import { notFound } from './refusals.ts'

/*
 * The versions of a content, which Data Center keeps among its experimental calls; the body of one also comes from
 * GET /content/{id}?status=historical&version=N.
 */
export function listVersions(call: DcCall): Listing {
  const node = getNode(call)
  const expand = expandOf(call)
  return offsetList(call, {
    items: Array.from({ length: node.version }, (_, at) => node.version - at),
    limit: limitOf(call, 200, hasBody(below(expand, 'content'))),
    row: (version) => versionRow(call, node, version, expand),
  })
}

export function getVersion(call: DcCall): Answer {
  const node = getNode(call)
  const version = Number(param(call, 'version'))
  if (!Number.isInteger(version) || version < 1 || version > node.version)
    throw notFound(`No version ${param(call, 'version')} of content ${node.id}`)
  return rendered(versionRow(call, node, version, expandOf(call)))
}

function versionRow(call: DcCall, node: Node, version: number, expand: ReadonlySet<string>): Piece[] {
  const shell = JSON.stringify(versionJson(call, node, version))
  if (!has(expand, 'content')) return [shell]
  return [`${shell.slice(0, -1)},"content":`, ...contentRow(call, node, below(expand, 'content'), version), '}']
}
