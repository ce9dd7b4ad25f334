import type { Piece } from '../answer.ts'
import { ancestorsOf, bodyPieces, titleOf, versionFacts } from '../world/nodes.ts'
import type { Label, Node, Site } from '../world/site.ts'
import { serverTime, type DcCall } from './call.ts'
import { has } from './listing.ts'
import { personJson } from './people-json.ts'
import { restrictionsIn } from './restriction-json.ts'
import { spaceJson } from './space-json.ts'

/** One page or blog post in pieces: the body is copied, never parsed. An older version when `version` says so. */
export function contentRow(call: DcCall, node: Node, expand: ReadonlySet<string>, version = node.version): Piece[] {
  const shell = JSON.stringify(nodeJson(call, node, expand, version))
  if (!expand.has('body.storage')) return [shell]
  return [
    `${shell.slice(0, -1)},"body":{"storage":{"value":"`,
    ...(bodyPieces(call.site, node, version) ?? []),
    `","representation":"storage","_expandable":{"content":"/rest/api/content/${node.id}"}},"_expandable":${otherBodies}}}`,
  ]
}

export const otherBodies = JSON.stringify({
  editor: '',
  view: '',
  export_view: '',
  styled_view: '',
  anonymous_export_view: '',
})

export function nodeJson(call: DcCall, node: Node, expand: ReadonlySet<string>, version = node.version) {
  const { site } = call
  const path = `/rest/api/content/${node.id}`
  const parts: Record<string, () => unknown> = {
    space: () => spaceJson(call, node.space, below(expand, 'space')),
    container: () => spaceJson(call, node.space),
    history: () => historyJson(call, node, below(expand, 'history')),
    version: () => versionJson(call, node, version),
    ancestors: () => ancestorsOf(node).map((above) => nodeJson(call, above, below(expand, 'ancestors'))),
    metadata: () => metadataJson(call, node.labels, path, expand),
    restrictions: () => restrictionsIn(call, node, below(expand, 'restrictions')),
  }
  const expandable: Record<string, string> = {
    container: `/rest/api/space/${node.space.key}`,
    metadata: '',
    operations: '',
    children: `${path}/child`,
    restrictions: `${path}/restriction/byOperation`,
    history: `${path}/history`,
    ancestors: '',
    body: '',
    version: '',
    descendants: `${path}/descendant`,
    space: `/rest/api/space/${node.space.key}`,
  }
  const wanted = Object.entries(parts).filter(([name]) => has(expand, name))
  return {
    id: String(node.id),
    type: node.kind,
    status: version === node.version ? node.status : 'historical',
    title: versionFacts(site, node, version).title,
    // "none": among brothers that nobody has put in order.
    ...(node.kind === 'page' ? { extensions: { position: node.id % 5 === 0 ? 'none' : node.position } } : {}),
    ...Object.fromEntries(wanted.map(([name, make]) => [name, make()])),
    _links: { ...nodeLinks(site, node), self: `${call.base}${path}` },
    _expandable: Object.fromEntries(Object.entries(expandable).filter(([name]) => !has(expand, name))),
  }
}

/** The names below one of the expanded: `space.homepage` is `homepage` below `space`. */
export function below(expand: ReadonlySet<string>, name: string): Set<string> {
  return new Set([...expand].flatMap((one) => (one.startsWith(`${name}.`) ? [one.slice(name.length + 1)] : [])))
}

export function versionJson(call: DcCall, node: Node, version = node.version) {
  const { at, message, minorEdit, author } = versionFacts(call.site, node, version)
  return {
    by: personJson(call, author),
    when: serverTime(call.dc, at),
    message,
    number: version,
    minorEdit,
    hidden: false,
    _expandable: { content: `/rest/api/content/${node.id}` },
    _links: { self: `${call.base}/rest/experimental/content/${node.id}/version/${version}` },
  }
}

/** `lastUpdated`, `previousVersion` and `nextVersion` come when they are asked for by name. */
export function historyJson(call: DcCall, node: Node, expand: ReadonlySet<string>) {
  const parts: Record<string, () => unknown> = {
    lastUpdated: () => versionJson(call, node),
    previousVersion: () => (node.version > 1 ? versionJson(call, node, node.version - 1) : undefined),
    nextVersion: () => undefined,
  }
  const expandable = { lastUpdated: '', previousVersion: '', contributors: '', nextVersion: '' }
  const wanted = Object.entries(parts).filter(([name]) => has(expand, name))
  return {
    latest: true,
    createdBy: personJson(call, node.author),
    createdDate: serverTime(call.dc, node.createdAt),
    ...Object.fromEntries(wanted.map(([name, make]) => [name, make()])),
    _links: { self: `${call.base}/rest/api/content/${node.id}/history` },
    _expandable: Object.fromEntries(Object.entries(expandable).filter(([name]) => !has(expand, name))),
  }
}

function metadataJson(call: DcCall, labels: readonly Label[], path: string, expand: ReadonlySet<string>) {
  const rest = { currentuser: '', properties: '', frontend: '', editorHtml: '' }
  if (!has(expand, 'metadata.labels')) return { _expandable: { ...rest, labels: '' } }
  const list = { results: labels.map(labelJson), start: 0, limit: 200, size: labels.length }
  return { labels: { ...list, _links: { self: `${call.base}${path}/label` } }, _expandable: rest }
}

export function labelJson({ id, name, prefix }: Label) {
  return { prefix, name, id: String(id), label: name }
}

/** Addresses below the context path. Titles that an address cannot carry are shown by their id. */
export function nodeLinks(site: Site, node: Node): { webui: string; edit: string; tinyui: string } {
  const tiny = Buffer.alloc(4)
  tiny.writeUInt32LE(node.id)
  return {
    webui: webui(site, node),
    edit: `/pages/resumedraft.action?draftId=${node.id}`,
    tinyui: `/x/${tiny.toString('base64url').replace(/A+$/, '')}`,
  }
}

export function webui(site: Site, node: Node): string {
  const title = titleOf(site, node)
  if (node.status !== 'current' || /[^\p{L}\p{N} ._(),!'*-]/u.test(title))
    return `/pages/viewpage.action?pageId=${node.id}`
  const day =
    node.kind === 'blogpost' ? `/${new Date(node.createdAt).toISOString().slice(0, 10).replaceAll('-', '/')}` : ''
  return `/display/${node.space.key}${day}/${encodeURIComponent(title).replaceAll('%20', '+')}`
}
