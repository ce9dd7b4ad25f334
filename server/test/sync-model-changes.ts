/** What happens on the site of the model check. */
import { EMAIL } from './sync-site.ts'
import type { Change, Step } from './sync-model-steps.ts'
import { EVERYBODY, PEOPLE, TEAM, type World } from './sync-model-world.ts'

/** What each may come to be in. */
const GROUPS = [[EVERYBODY], [EVERYBODY, TEAM], [TEAM], []]

export function change(world: World, kind: Change, { a, b }: Step): void {
  const { control } = world.simulator
  const { nodes, spaces } = control.truth()
  const pages = nodes.filter((node) => node.kind === 'page' && node.status === 'current' && node.parentId !== null)
  const page = pages[a % pages.length]
  const other = pages[b % pages.length]
  const trashed = nodes.filter((node) => node.status === 'trashed')
  const gone = trashed[a % trashed.length]
  const space = spaces[b % spaces.length]?.key ?? ''
  const title = `Made ${(world.titles += 1)}`
  if (kind === 'restore' && gone !== undefined) control.restorePage(gone.id)
  if (kind === 'purge' && gone !== undefined) control.purgePage(gone.id)
  const person = PEOPLE[b % PEOPLE.length]?.email ?? ''
  if (kind === 'open-space') openSpace(world, a, b)
  if (kind === 'regroup') control.setAccount(person, { groups: GROUPS[a % GROUPS.length] ?? [] })
  if (kind === 'change-account') control.setAccount(person, { active: a % 4 !== 0, guest: a % 3 === 0 })
  if (kind === 'create') control.createPage({ space, title, storage: `<p>${title}</p>` })
  if (page === undefined || other === undefined) return
  if (kind === 'edit') control.editPage(page.id, { storage: `<p>Edited ${b}</p>` })
  if (kind === 'retitle') control.editPage(page.id, { title })
  if (kind === 'trash') control.trashPage(page.id)
  if (kind === 'archive') control.archivePage(page.id)
  if (kind === 'restrict') restrict(world, page.id, { people: [person], groups: [] })
  if (kind === 'restrict-to-group')
    restrict(world, page.id, { people: [], groups: [b % 2 === 0 ? TEAM : 'another-team'] })
  if (kind === 'lift') control.setRestriction(page.id, null)
  if (kind === 'label') control.addLabel(page.id, `label-${b % 5}`)
  if (kind === 'unlabel') control.removeLabel(page.id, `label-${b % 5}`)
  if (kind === 'create-folder') {
    const folder = control.createPage({ space: page.space, title, kind: 'folder', parentId: page.parentId })
    control.movePage(page.id, { parentId: folder.id })
  }
  if (kind === 'move' && other.space === page.space && !isBelow(nodes, other.id, page.id))
    control.movePage(page.id, { parentId: other.id })
  if (kind === 'move-space') control.movePage(page.id, { space })
}

/** The account of the API key stays a reader: what it cannot see is out of sight, which is another thing. */
function restrict(world: World, id: string, to: { people: string[]; groups: string[] }): void {
  const users = to.people.flatMap((email) => world.accounts.get(email) ?? [])
  const key = world.accounts.get(EMAIL) ?? ''
  world.simulator.control.setRestriction(id, { read: { users: [key, ...users], groups: to.groups } })
}

const ROLE = 'role-1'

/** Says anew who reads a space, in one of the ways there are; of the first, people go on to be named. */
function openSpace({ accounts, deployment, simulator: { control } }: World, a: number, b: number): void {
  const spaces = control.truth().spaces.slice(1)
  const space = spaces[b % spaces.length]
  const person = { type: 'user' as const, id: accounts.get(PEOPLE[a % 2]?.email ?? '') ?? '' }
  const team = { type: 'group' as const, id: TEAM }
  const ways: Parameters<typeof control.setSpaceReaders>[1][] = [[{ type: 'group', id: EVERYBODY }], [team], [person]]
  const onCloud: typeof ways = [
    [{ type: 'role', id: ROLE }],
    [{ type: 'access-class', id: 'ALL_LICENSED_USERS' }],
    [{ type: 'access-class', id: 'ALL_PRODUCT_ADMINS' }, person, team],
  ]
  const key = { type: 'user' as const, id: accounts.get(EMAIL) ?? '' }
  if (deployment === 'cloud') ways.push(...onCloud)
  const readers = [key, ...(ways[a % ways.length] ?? [])]
  if (space !== undefined) control.setSpaceReaders(space.key, readers, { [ROLE]: [b % 2 === 0 ? person : team] })
}

type Placed = { id: string; parentId: string | null }

function isBelow(nodes: readonly Placed[], id: string, ancestor: string): boolean {
  const parents = new Map(nodes.map((node) => [node.id, node.parentId]))
  for (let at: string | null | undefined = id; at !== null && at !== undefined; at = parents.get(at))
    if (at === ancestor) return true
  return false
}
