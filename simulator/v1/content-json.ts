import type { Piece } from '../answer.ts'
import type { Call } from '../call.ts'
import { nodeLinks } from '../v2/node-json.ts'
import { ancestorsOf, bodyPieces, childrenOf, titleOf, versionFacts } from '../world/nodes.ts'
import { isoTime, type Account, type Label, type Node, type Space } from '../world/site.ts'
import { attachmentV1 } from './attachment-json.ts'
import { restrictionsOf } from './restriction-json.ts'

/** One content of the old API, in pieces; `expand` is a set of dotted names. */
export function contentRow(
  call: Call,
  node: Node,
  expand: ReadonlySet<string>,
  more: Record<string, unknown> = {},
): Piece[] {
  const shell = JSON.stringify({ ...contentShell(call, node, expand), ...more })
  if (!expand.has('body.storage')) return [shell]
  const path = `/rest/api/content/${node.id}`
  return [
    `${shell.slice(0, -1)},"body":{"storage":{"value":"`,
    ...(bodyPieces(call.site, node) ?? []),
    `","representation":"storage","embeddedContent":[],"_expandable":{"content":"${path}"}},"_expandable":{"editor":"","atlas_doc_format":"","view":"","export_view":"","styled_view":"","editor2":"","anonymous_export_view":""}}}`,
  ]
}

function contentShell(call: Call, node: Node, expand: ReadonlySet<string>) {
  const { site, origin } = call
  const path = `/rest/api/content/${node.id}`
  const { editui, webui, tinyui } = nodeLinks(site, node)
  return {
    id: String(node.id),
    type: node.kind,
    status: node.status,
    title: titleOf(site, node),
    macroRenderedOutput: {},
    extensions: { position: node.position },
    ...expanded(call, node, expand),
    _expandable: unexpanded(node, expand),
    _links: { editui, webui, self: `${origin}/wiki${path}`, tinyui },
  }
}

function expanded(call: Call, node: Node, expand: ReadonlySet<string>): Record<string, unknown> {
  const { site } = call
  const above = () => ancestorsOf(node).map((one) => contentShell(call, one, new Set()))
  return {
    ...(has(expand, 'version') ? { version: versionOf(call, node) } : {}),
    ...(has(expand, 'space') ? { space: spaceV1(call, node.space) } : {}),
    ...(has(expand, 'ancestors') ? { ancestors: above() } : {}),
    ...(has(expand, 'metadata') ? { metadata: metadataOf(call, node, expand) } : {}),
    ...(has(expand, 'history') ? { history: historyOf(call, node) } : {}),
    ...(has(expand, 'restrictions') ? { restrictions: restrictionsOf(call, node) } : {}),
    ...(has(expand, 'children') ? { children: childrenV1(call, node, expand) } : {}),
    ...(expand.has('childTypes.all') ? { childTypes: { page: { value: childrenOf(site, node).length > 0 } } } : {}),
  }
}

function unexpanded(node: Node, expand: ReadonlySet<string>): Record<string, string> {
  const path = `/rest/api/content/${node.id}`
  const all: Record<string, string> = {
    childTypes: '',
    metadata: '',
    operations: '',
    version: '',
    ancestors: '',
    body: '',
    schedulePublishDate: '',
    container: `/rest/api/space/${node.space.key}`,
    space: `/rest/api/space/${node.space.key}`,
    children: `${path}/child`,
    restrictions: `${path}/restriction/byOperation`,
    history: `${path}/history`,
    descendants: `${path}/descendant`,
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => !has(expand, name)))
}

function has(expand: ReadonlySet<string>, name: string): boolean {
  if (expand.has(name)) return true
  for (const one of expand) if (one.startsWith(`${name}.`)) return true
  return false
}

function versionOf(call: Call, node: Node) {
  const { at, message, minorEdit, author } = versionFacts(call.site, node)
  return {
    by: userV1(call, author),
    when: isoTime(at),
    friendlyWhen: friendly(at),
    message,
    number: node.version,
    minorEdit,
    confRev: `confluence$content$${node.id}.${node.version}`,
    contentTypeModified: false,
    _expandable: { collaborators: '', content: `/rest/api/content/${node.id}` },
    _links: { self: `${call.origin}/wiki/rest/api/content/${node.id}/version/${node.version}` },
  }
}

function historyOf(call: Call, node: Node) {
  const lastUpdated = versionOf(call, node)
  return {
    latest: true,
    createdBy: userV1(call, node.author),
    createdDate: isoTime(node.createdAt),
    lastUpdated,
    _expandable: { previousVersion: '', contributors: '', nextVersion: '' },
    _links: { self: `${call.origin}/wiki/rest/api/content/${node.id}/history` },
  }
}

function metadataOf(call: Call, node: Node, expand: ReadonlySet<string>) {
  const rest = { currentuser: '', frontend: '', editorHtml: '', properties: '' }
  if (!expand.has('metadata.labels')) return { _expandable: { ...rest, labels: '' } }
  return {
    labels: {
      results: node.labels.map(labelV1),
      start: 0,
      limit: 200,
      size: node.labels.length,
      _links: { self: `${call.origin}/wiki/rest/api/content/${node.id}/label` },
    },
    _expandable: rest,
  }
}

function childrenV1(call: Call, node: Node, expand: ReadonlySet<string>) {
  const list = (results: unknown[]) => ({ results, start: 0, limit: 25, size: results.length, _links: {} })
  const pages = () => childrenOf(call.site, node).filter((child) => child.kind === 'page' && child.status === 'current')
  const files = () => [...call.site.attachments.values()].filter((one) => one.page === node && one.status === 'current')
  return {
    ...(has(expand, 'children.page')
      ? {
          page: list(
            pages()
              .slice(0, 25)
              .map((page) => contentShell(call, page, new Set())),
          ),
        }
      : {}),
    ...(has(expand, 'children.attachment')
      ? {
          attachment: list(
            files()
              .slice(0, 25)
              .map((file) => attachmentV1(call, file)),
          ),
        }
      : {}),
  }
}

export function labelV1({ id, name, prefix }: Label) {
  return { prefix, name, id: String(id), label: name }
}

export function userV1(call: Call, { accountId, name }: Account) {
  return {
    type: 'known',
    accountId,
    accountType: 'atlassian',
    email: '',
    publicName: name,
    profilePicture: { path: `/wiki/aa-avatar/${accountId}`, width: 48, height: 48, isDefault: false },
    displayName: name,
    isExternalCollaborator: false,
    isGuest: false,
    _expandable: { operations: '', personalSpace: '' },
    _links: { self: `${call.origin}/wiki/rest/api/user?accountId=${accountId}` },
  }
}

export function spaceV1(call: Call, space: Space) {
  const path = `/rest/api/space/${space.key}`
  return {
    id: space.id,
    key: space.key,
    alias: space.alias,
    name: space.name,
    type: space.type,
    status: space.status,
    _expandable: {
      settings: `${path}/settings`,
      metadata: '',
      operations: '',
      lookAndFeel: `/rest/api/settings/lookandfeel?spaceKey=${space.key}`,
      identifiers: '',
      permissions: '',
      roles: '',
      icon: '',
      description: '',
      theme: `${path}/theme`,
      history: '',
      homepage: space.homepage === undefined ? '' : `/rest/api/content/${space.homepage.id}`,
    },
    _links: { webui: `/spaces/${space.alias}`, self: `${call.origin}/wiki${path}` },
  }
}

export function friendly(at: number): string {
  return new Date(at).toLocaleDateString('en-US', { month: 'short', day: '2-digit', year: 'numeric', timeZone: 'UTC' })
}
