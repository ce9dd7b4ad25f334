import { titleOf } from '../world/nodes.ts'
import { attachmentId, isoTime, type Site } from '../world/site.ts'

/** All that the site holds now, whoever may see it: what a client must end up with. */
export function truth(site: Site) {
  return {
    cloudId: site.cloudId,
    spaces: [...site.spaces.values()].map(({ id, key, alias, name, type, status }) => ({
      id: String(id),
      key,
      alias,
      name,
      type,
      status,
    })),
    nodes: [...site.nodes.values()].map((node) => ({
      id: String(node.id),
      kind: node.kind,
      space: node.space.key,
      status: node.status,
      title: titleOf(site, node),
      version: node.version,
      parentId: node.parent === undefined ? null : String(node.parent.id),
      modifiedAt: isoTime(node.modifiedAt),
      labels: node.labels.map((label) => label.name),
    })),
    attachments: [...site.attachments.values()].map(({ id, page, name, version, status }) => ({
      id: attachmentId(site, id),
      pageId: String(page.id),
      name,
      version,
      status,
    })),
    comments: [...site.comments.values()].map(({ id, kind, page, version, status }) => ({
      id: String(id),
      kind,
      pageId: String(page.id),
      version,
      status,
    })),
  }
}
