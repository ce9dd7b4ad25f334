/** A Confluence where not everybody may read everything, and three people here who have accounts there. */
import { expect } from 'vitest'
import { z } from 'zod'
import type { Simulator } from '#simulator/start.ts'
import type { Client } from './client.ts'
import { newPerson } from './people.ts'
import { EMAIL, pagesOf, startSyncSite, type SyncSite } from './sync-site.ts'

export type Reader = { client: Client; id: string; accountId: string }
export type ReadingWorld = AsyncDisposable & {
  site: SyncSite
  control: Simulator['control']
  /** Shows her address. */
  ann: Reader
  /** Shows hers too; is in the group `chiefs`. */
  bea: Reader
  /** Hides his address. */
  cid: Reader
  /** Of the first space: pages right below its homepage, of which the first has a page below it, and so on. */
  key: string
  top: string
  middle: string
  leaf: string
  other: string
  /** The id here of an external one. */
  idOf(externalId: string): Promise<string>
  /** External ids of what they can list, in order. */
  listed(reader: Reader): Promise<string[]>
  /** What is wrong: pages where this server and Confluence disagree about whether these people may read them. */
  disagreements(): Promise<string[]>
}

const NAMES = ['ann', 'bea', 'cid'] as const

export async function startReadingWorld(
  options: { pages?: number; before?: (s: Simulator) => void } = {},
): Promise<ReadingWorld> {
  const accounts = new Map<string, string>()
  const site = await startSyncSite({
    readers: 'confluence',
    simulator: {
      pages: options.pages ?? 24,
      spaces: 2,
      blogPosts: 2,
      users: [{ email: EMAIL, groups: ['confluence-users', 'bots'] }],
    },
    before: (simulator) => {
      const { control } = simulator
      for (const name of NAMES)
        accounts.set(
          name,
          control.addUser({
            email: `${name}@lockkeeper.example`,
            key: `the-key-of-${name}`,
            groups: name === 'bea' ? ['confluence-users', 'chiefs'] : ['confluence-users'],
          }).accountId,
        )
      control.setAccount('ann@lockkeeper.example', { email: true })
      control.setAccount('bea@lockkeeper.example', { email: true })
      // Everybody licensed may read; named too, so that their accounts are known here.
      const all = NAMES.map((name) => ({ type: 'user' as const, id: accounts.get(name) ?? '' }))
      for (const { key } of control.truth().spaces)
        control.setSpaceReaders(key, [{ type: 'access-class', id: 'ALL_LICENSED_USERS' }, ...all])
      arrange(simulator)
      options.before?.(simulator)
    },
  })
  const { control } = site.simulator
  const person = async (name: (typeof NAMES)[number]): Promise<Reader> => {
    const { client, id } = await newPerson(site.server, site.admin, name)
    return { client, id, accountId: accounts.get(name) ?? '' }
  }
  const people = { ann: await person('ann'), bea: await person('bea'), cid: await person('cid') }
  const { key, ids } = chosen(site.simulator)
  const [top = '', middle = '', leaf = '', other = ''] = ids
  const listed = async ({ client }: Reader) => {
    const found: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body } = await client.get(`/documents?limit=250${cursor === '' ? '' : `&cursor=${cursor}`}`)
      expect(status).toBe(200)
      const page = Listed.parse(body)
      found.push(...page.items.map((item) => item.externalId))
      cursor = page.nextCursor
    }
    return found.toSorted()
  }
  return {
    site,
    control,
    ...people,
    key,
    top,
    middle,
    leaf,
    other,
    listed,
    async idOf(externalId) {
      const row = await site.db
        .selectFrom('documents')
        .select('id')
        .where('external_id', '=', externalId)
        .executeTakeFirstOrThrow()
      return row.id
    },
    async disagreements() {
      const nodes = control.truth().nodes.filter((node) => node.status === 'current' || node.status === 'archived')
      const stored = new Set(
        (await site.db.selectFrom('documents').select('external_id').where('deleted_at', 'is', null).execute()).map(
          (row) => row.external_id,
        ),
      )
      const wrong: string[] = []
      for (const [name, reader] of Object.entries(people)) {
        const seen = new Set(await listed(reader))
        for (const { id, title } of nodes)
          if (stored.has(id) && seen.has(id) !== control.readers(id).includes(reader.accountId))
            wrong.push(`${name} ${seen.has(id) ? 'reads' : 'does not read'} ${title} (${id})`)
      }
      return wrong
    },
    [Symbol.asyncDispose]: () => site[Symbol.asyncDispose](),
  }
}

const Listed = z.object({ items: z.array(z.object({ externalId: z.string() })), nextCursor: z.string().nullable() })

function chosen(simulator: Simulator): { key: string; ids: string[] } {
  const key = simulator.control.truth().spaces[0]?.key ?? ''
  return { key, ids: pagesOf(simulator, key).slice(0, 4) }
}

function arrange(simulator: Simulator): void {
  const { ids } = chosen(simulator)
  const [top = '', middle = '', leaf = '', other = ''] = ids
  const { control } = simulator
  control.movePage(top, {})
  control.movePage(other, {})
  control.movePage(middle, { parentId: top })
  control.movePage(leaf, { parentId: middle })
  control.editPage(top, { title: 'Mooring plan', storage: '<p>Berths and bollards of the harbour.</p>' })
  control.editPage(middle, { title: 'Quarrelsome capybara', storage: '<p>The capybara is paid in xylophones.</p>' })
  control.editPage(leaf, { title: 'Leaf of the plan', storage: '<p>Only xylophones grow here.</p>' })
}
