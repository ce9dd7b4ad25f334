import { accountOf } from './nodes.ts'
import { mix, pick, seededUuid } from './random.ts'
import { orderOf } from './order.ts'
import { personId, takeId, type Account, type Label, type Node, type Site, type Space } from './site.ts'
import { nounList, qualityList } from './vocabulary.ts'

export type World = {
  pages: number
  spaces: number
  /** Of the spaces, so many (from the last) are personal, and so many before them archived. */
  personalSpaces: number
  archivedSpaces: number
  blogPosts: number
  attachments: number
  comments: number
}

const dayMs = 86_400_000
const epoch = Date.UTC(2024, 0, 1)
const spanMs = 700 * dayMs
const names = [
  'Ada Brook',
  'Bela Costa',
  'Cleo Dahl',
  'Dara Engel',
  'Emre Fox',
  'Finn Gray',
  'Gita Holm',
  'Hugo Ito',
  'Ines Jung',
  'Jon Klein',
]
const labelNames = [...nounList].filter((_, at) => at % 11 === 0).slice(0, 30)

/**
 * Fills a site with `pages` current pages, evenly over its spaces, in trees. In the cloud one page in a hundred is archived,
 * and folders are among them.
 */
export function generateWorld(site: Site, world: World): void {
  const accounts = makeAccounts(site)
  const labels = labelNames.map((name) => makeLabel(site, name))
  const spaces = Array.from({ length: world.pages > 0 ? Math.max(1, world.spaces) : 0 }, (_, at) =>
    makeSpace(site, world, at),
  )
  const made: Node[] = []
  for (const [at, space] of spaces.entries()) {
    const share = Math.floor(world.pages / spaces.length) + (at < world.pages % spaces.length ? 1 : 0)
    made.push(...makeTree(site, space, share, { accounts, labels }))
  }
  const pages = made.filter((node) => node.kind === 'page')
  for (let at = 0; at < world.blogPosts && spaces.length > 0; at += 1)
    made.push(makeBlogPost(site, pick(spaces, mix(site.seed, at, 21) / 2 ** 32), at, accounts))
  for (const node of made) site.nodes.set(node.id, node)
  for (const [sort, order] of site.orders) site.orders.set(sort, orderOf(site.nodes.values(), order.keyOf))
  for (let at = 0; at < world.attachments && pages.length > 0; at += 1)
    makeAttachment(site, pick(pages, mix(site.seed, at, 31) / 2 ** 32), at)
  for (let at = 0; at < world.comments && pages.length > 0; at += 1)
    makeComment(site, pick(pages, mix(site.seed, at, 41) / 2 ** 32), at, accounts)
}

export function makeLabel(site: Site, name: string, prefix: Label['prefix'] = 'global'): Label {
  const known = site.labels.get(`${prefix}:${name}`)
  if (known !== undefined) return known
  const label: Label = { id: takeId(site), name, prefix }
  site.labels.set(`${prefix}:${name}`, label)
  return label
}

export function makeAccount(
  site: Site,
  name: string,
  email: string,
  accountId: string,
  groups: readonly string[] = ['confluence-users'],
): Account {
  const id = personId(site, accountId)
  // Whoever has a licence of a Data Center is in this group there.
  const all = site.deployment === 'dc' ? [...new Set(['confluence-users', ...groups])] : groups
  const account: Account = { accountId: id, username: email.split('@')[0] ?? email, name, email, groups: all }
  site.accounts.set(id, account)
  return account
}

/** A page's first edit carries its whole content; nothing of it is generated. */
export function writtenNode(
  site: Site,
  facts: Pick<Node, 'kind' | 'space' | 'parent' | 'author' | 'status'> & { title: string; storage: string; at: number },
): Node {
  const { kind, space, parent, author, status, title, storage, at } = facts
  const first = { version: 1, title, storage, at, author, message: '', minorEdit: false }
  return {
    id: takeId(site),
    kind,
    space,
    index: -1,
    createdAt: at,
    author,
    status,
    parent,
    version: 1,
    modifiedAt: at,
    position: site.nodes.size,
    labels: [],
    edits: [first],
    restrictions: undefined,
  }
}

function makeAccounts(site: Site): Account[] {
  return names.map((name, at) =>
    makeAccount(
      site,
      name,
      `${name.toLowerCase().replace(' ', '.')}@lockkeeper.example`,
      `712020:${seededUuid(site.seed, at, 3)}`,
    ),
  )
}

function makeSpace(site: Site, world: World, at: number): Space {
  const personal = at >= world.spaces - world.personalSpaces
  const archived = !personal && at >= world.spaces - world.personalSpaces - world.archivedSpaces
  const name = `${pick(qualityList, mix(site.seed, at, 51) / 2 ** 32)} ${pick(nounList, mix(site.seed, at, 52) / 2 ** 32)}`
  const owner = accountOf(site, pick([...site.accounts.keys()], mix(site.seed, at, 53) / 2 ** 32))
  const key = personal
    ? `~${site.deployment === 'cloud' ? owner.accountId.replaceAll(/[:-]/g, '') : owner.username}${at}`
    : `${name
        .replaceAll(/[^a-z]/g, '')
        .slice(0, 5)
        .toUpperCase()}${at + 1}`
  const space: Space = {
    id: takeId(site),
    key,
    alias: key,
    name: name.charAt(0).toUpperCase() + name.slice(1),
    type: personal ? 'personal' : 'global',
    status: archived ? 'archived' : 'current',
    description: `Everything about the ${name}`,
    owner,
    createdAt: epoch - (400 - (at % 300)) * dayMs,
    homepage: undefined,
  }
  site.spaces.set(space.id, space)
  return space
}

// Each node has about eight children; one node in 97 is a folder.
function makeTree(site: Site, space: Space, pages: number, stock: { accounts: Account[]; labels: Label[] }): Node[] {
  const hasFolders = site.deployment === 'cloud'
  const nodes: Node[] = []
  for (let index = 0, left = pages; left > 0; index += 1) {
    const kind = hasFolders && index > 0 && index % 97 === 5 ? 'folder' : 'page'
    const node = makeNode(site, space, index, kind, nodes[Math.floor((index - 1) / 8)], stock)
    if (kind === 'page') left -= 1
    nodes.push(node)
  }
  space.homepage = nodes[0]
  return nodes
}

function makeNode(
  site: Site,
  space: Space,
  index: number,
  kind: 'page' | 'folder',
  parent: Node | undefined,
  { accounts, labels }: { accounts: Account[]; labels: Label[] },
): Node {
  const id = takeId(site)
  const hash = mix(site.seed, id, 61)
  const createdAt = epoch + Math.floor((mix(hash, 6) / 2 ** 32) * spanMs)
  const version = kind === 'page' ? 1 + (hash % 100 < 60 ? 0 : hash % 5) : 1
  const modifiedAt = version === 1 ? createdAt : createdAt + 60_000 + (mix(hash, 1) % (30 * dayMs))
  const author = pick(accounts, mix(hash, 2) / 2 ** 32)
  return {
    id,
    kind,
    space,
    index,
    createdAt,
    author,
    parent,
    version,
    modifiedAt,
    position: mix(hash, 3) % 100_000,
    edits: undefined,
    restrictions: undefined,
    status: site.deployment === 'cloud' && kind === 'page' && index > 8 && hash % 100 === 7 ? 'archived' : 'current',
    labels: kind === 'page' ? labelsOf(labels, hash) : none,
  }
}

const none: readonly Label[] = []

function labelsOf(labels: readonly Label[], hash: number): readonly Label[] {
  if (hash % 10 < 6) return none
  const first = pick(labels, mix(hash, 4) / 2 ** 32)
  const second = pick(labels, mix(hash, 5) / 2 ** 32)
  return hash % 2 === 0 || first === second ? [first] : [first, second]
}

function makeBlogPost(site: Site, space: Space, at: number, accounts: Account[]): Node {
  const node = makeNode(site, space, 1_000_000 + at, 'page', undefined, { accounts, labels: [makeLabel(site, 'news')] })
  return { ...node, kind: 'blogpost', status: 'current' }
}

function makeAttachment(site: Site, page: Node, at: number): void {
  const bytes = Buffer.from(
    `Attachment ${at} of page ${page.id}\n${pick(site.prose.paragraphs, mix(site.seed, at, 71) / 2 ** 32).toString()}\n`,
  )
  const id = takeId(site)
  const { createdAt, author } = page
  site.attachments.set(id, {
    id,
    fileId: seededUuid(site.seed, id, 72),
    page,
    name: `${pick(nounList, mix(site.seed, at, 73) / 2 ** 32)}-${at}.txt`,
    mediaType: 'text/plain',
    comment: '',
    bytes,
    status: 'current',
    version: 1,
    createdAt,
    modifiedAt: createdAt,
    author,
    minorEdit: false,
  })
}

function makeComment(site: Site, page: Node, at: number, accounts: Account[]): void {
  const id = takeId(site)
  const createdAt = page.createdAt + 3_600_000
  const storage = JSON.parse(`"${pick(site.prose.paragraphs, mix(site.seed, at, 81) / 2 ** 32).toString()}"`)
  const inline = at % 5 === 0
  site.comments.set(id, {
    id,
    kind: inline ? 'inline' : 'footer',
    page,
    parent: undefined,
    storage: String(storage),
    status: 'current',
    version: 1,
    createdAt,
    modifiedAt: createdAt,
    author: pick(accounts, mix(site.seed, at, 82) / 2 ** 32),
    marker: inline ? seededUuid(site.seed, id, 83) : '',
    selection: inline ? 'revision' : '',
    resolved: false,
  })
}
