import { writeProse, type Prose } from './prose.ts'
import { orderOf, type Order } from './order.ts'
import { seededUuid } from './random.ts'

/*
 * What a site holds. Generated nodes hold small numbers alone: titles and bodies are worked out when asked for.
 * Everything that was edited, created or loaded is held whole, as edits.
 */
export type SpaceType = 'global' | 'personal' | 'knowledge_base'
export type Space = {
  id: number
  key: string
  /** The key in addresses: changes when the space is renamed; `key` does not. */
  alias: string
  name: string
  type: SpaceType
  status: 'current' | 'archived'
  description: string
  owner: Account
  createdAt: number
  homepage: Node | undefined
}

export type NodeKind = 'page' | 'blogpost' | 'folder'
export type NodeStatus = 'current' | 'archived' | 'trashed' | 'draft'
export type Edit = {
  version: number
  title: string
  storage: string
  at: number
  author: Account
  message: string
  minorEdit: boolean
}
export type Principals = { users: readonly string[]; groups: readonly string[] }
export type Restrictions = { read?: Principals; update?: Principals }
export type Node = {
  readonly id: number
  readonly kind: NodeKind
  space: Space
  /** The number in its space from which a generated title and body follow; -1 for what was written. */
  readonly index: number
  readonly createdAt: number
  readonly author: Account
  status: NodeStatus
  parent: Node | undefined
  version: number
  modifiedAt: number
  position: number
  labels: readonly Label[]
  edits: Edit[] | undefined
  /** What somebody wrote in the editor and has not published. */
  draft?: { title: string; storage: string } | undefined
  /** A live document: a page without drafts and publishing. What is in `draft` was typed in it and is in no version yet. */
  live?: boolean
  restrictions: Restrictions | undefined
}

export type Label = { id: number; name: string; prefix: 'global' | 'my' | 'team' }
/** `accountId` is a user key where the site is a Data Center, and `username` is used there alone. */
export type Account = { accountId: string; username: string; name: string; email: string; groups: readonly string[] }
export type Attachment = {
  id: number
  fileId: string
  page: Node
  name: string
  mediaType: string
  comment: string
  bytes: Buffer
  status: 'current' | 'trashed'
  version: number
  createdAt: number
  modifiedAt: number
  author: Account
  minorEdit: boolean
}
export type Comment = {
  id: number
  kind: 'footer' | 'inline'
  page: Node
  parent: Comment | undefined
  storage: string
  status: 'current' | 'trashed'
  version: number
  createdAt: number
  modifiedAt: number
  author: Account
  /** Of inline comments. */
  marker: string
  selection: string
  resolved: boolean
}

export type NodeSort = 'id' | 'modified-date' | 'created-date' | 'title'
export type Deployment = 'cloud' | 'dc'
export type Site = {
  readonly deployment: Deployment
  readonly seed: number
  readonly cloudId: string
  readonly prose: Prose
  spaces: Map<number, Space>
  nodes: Map<number, Node>
  attachments: Map<number, Attachment>
  comments: Map<number, Comment>
  labels: Map<string, Label>
  accounts: Map<string, Account>
  orders: Map<NodeSort, Order<Node>>
  children: Map<Node | undefined, Node[]> | undefined
  nextId: number
  /** Milliseconds that the site's clock is ahead of this machine's. */
  clockSkewMs: number
}

export function emptySite(seed: number, clockSkewMs: number, deployment: Deployment = 'cloud'): Site {
  return {
    deployment,
    seed,
    cloudId: seededUuid(seed, 77),
    prose: writeProse(seed),
    spaces: new Map(),
    nodes: new Map(),
    attachments: new Map(),
    comments: new Map(),
    labels: new Map(),
    accounts: new Map(),
    orders: new Map([
      ['id', orderOf<Node>([], (node) => [node.id, node.id])],
      ['modified-date', orderOf<Node>([], (node) => [node.modifiedAt, node.id])],
    ]),
    children: undefined,
    nextId: 98_304,
    clockSkewMs,
  }
}

export function siteNow(site: Site): number {
  return Date.now() + site.clockSkewMs
}

/** Ids are sparse and shared by all kinds, as on real sites. */
export function takeId(site: Site): number {
  site.nextId += 1 + (site.nextId % 3)
  return site.nextId
}

/** The id of a person as this deployment writes it: Cloud's account ids have a prefix, user keys are hexadecimal alone. */
export function personId(site: Pick<Site, 'deployment'>, id: string): string {
  return site.deployment === 'cloud' ? id : id.replace(/^\d+:/, '').replaceAll('-', '')
}

/** The id of an attachment as this deployment writes it. */
export function attachmentId(site: Pick<Site, 'deployment'>, id: number): string {
  return site.deployment === 'cloud' ? `att${id}` : String(id)
}

export function isoTime(at: number): string {
  return new Date(at).toISOString()
}
