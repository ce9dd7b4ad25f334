import type { Piece } from '../answer.ts'
import { bodyPieces, titleOf, versionFacts } from '../world/nodes.ts'
import { isoTime, type Node, type Site } from '../world/site.ts'

/** Addresses of a node below /wiki, as `_links` carry them. */
export function nodeLinks(site: Site, node: Node): { webui: string; editui: string; edituiv2: string; tinyui: string } {
  const space = `/spaces/${node.space.alias}`
  return {
    editui: `/pages/resumedraft.action?draftId=${node.id}`,
    webui: webui(site, node),
    edituiv2: `${space}/${node.kind === 'blogpost' ? 'blog' : 'pages'}/edit-v2/${node.id}`,
    tinyui: `/x/${tinyId(node.id)}`,
  }
}

export function webui(site: Site, node: Node): string {
  const space = `/spaces/${node.space.alias}`
  if (node.space.homepage === node) return `${space}/overview`
  if (node.kind === 'folder') return `${space}/folder/${node.id}`
  const title = encodeURIComponent(titleOf(site, node)).replaceAll('%20', '+')
  if (node.kind === 'page') return `${space}/pages/${node.id}/${title}`
  return `${space}/blog/${isoTime(node.createdAt).slice(0, 10).replaceAll('-', '/')}/${node.id}/${title}`
}

export function versionJson(site: Site, node: Node, version = node.version) {
  const facts = versionFacts(site, node, version)
  return {
    number: version,
    message: facts.message,
    minorEdit: facts.minorEdit,
    authorId: facts.author.accountId,
    createdAt: isoTime(facts.at),
    ncsStepVersion: facts.version > 1 ? String(facts.version * 2) : null,
  }
}

/** One page or blog post as JSON, in pieces: the body is copied, never parsed. `more` is joined at the end. */
export function nodeRow(
  site: Site,
  node: Node,
  options: { storage: boolean; version?: number; more?: Record<string, unknown>; base?: string },
): Piece[] {
  const version = options.version ?? node.version
  const facts = versionFacts(site, node, version)
  const place =
    node.kind === 'page'
      ? `"parentType":${node.parent === undefined ? 'null' : `"${node.parent.kind}"`},"parentId":${node.parent === undefined ? 'null' : `"${node.parent.id}"`},` +
        `"ownerId":"${node.author.accountId}","lastOwnerId":null,"position":${node.position},`
      : ''
  const head =
    `{${place}"createdAt":"${isoTime(node.createdAt)}","authorId":"${node.author.accountId}","version":${JSON.stringify(versionJson(site, node, version))},` +
    `"spaceId":"${node.space.id}","status":"${version === node.version ? node.status : 'historical'}","title":${JSON.stringify(facts.title)},"id":"${node.id}","body":`
  const links = { ...nodeLinks(site, node), ...(options.base === undefined ? {} : { base: options.base }) }
  const more = options.more === undefined ? '' : JSON.stringify(options.more).slice(1, -1)
  const tail = `,${more === '' ? '' : `${more},`}"_links":${JSON.stringify(links)}}`
  if (!options.storage) return [`${head}{}${tail}`]
  return [
    `${head}{"storage":{"representation":"storage","value":"`,
    ...(bodyPieces(site, node, version) ?? []),
    `"}}${tail}`,
  ]
}

function tinyId(id: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(id)
  return bytes.toString('base64url').replace(/A+$/, '')
}
