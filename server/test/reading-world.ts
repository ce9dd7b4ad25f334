/** A Confluence where not everybody may read everything, and three people here who have accounts there. */
import { expect } from 'vitest'
import { z } from 'zod'
import type { Simulator } from '#simulator/start.ts'
import type { Client } from './client.ts'
import { newPerson } from './people.ts'
import { EMAIL, startSyncSite, type SyncSite } from './sync-site.ts'

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
  /** The first space, and pages in it: middle stands below top, leaf below middle. */
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
  options: { pages?: number; files?: boolean; before?: (s: Simulator) => void } = {},
): Promise<ReadingWorld> {
  const accounts = new Map<string, string>()
  const arranged: string[] = []
  const site = await startSyncSite({
    readers: 'confluence',
    files: options.files ?? false,
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
      arranged.push(...arrange(simulator))
      options.before?.(simulator)
    },
  })
  const { control } = site.simulator
  const person = async (name: (typeof NAMES)[number]): Promise<Reader> => {
    const { client, id } = await newPerson(site.server, site.admin, name)
    return { client, id, accountId: accounts.get(name) ?? '' }
  }
  const people = { ann: await person('ann'), bea: await person('bea'), cid: await person('cid') }
  const key = firstSpace(control)
  const [top = '', middle = '', leaf = '', other = ''] = arranged
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

/** Pages of its own in the first space; the version of each is 2. */
function arrange({ control }: Simulator): string[] {
  const key = firstSpace(control)
  const page = (title: string, text: string, parentId?: string) => {
    const { id } = control.createPage({
      space: key,
      title,
      storage: '<p>Nothing yet.</p>',
      ...(parentId === undefined ? {} : { parentId }),
    })
    control.editPage(id, { storage: `<p>${text}</p>` })
    return id
  }
  const top = page('Mooring plan', 'Berths and bollards of the harbour.')
  const middle = page('Quarrelsome capybara', 'The capybara is paid in xylophones.', top)
  const leaf = page('Leaf of the plan', 'Only xylophones grow here.', middle)
  return [top, middle, leaf, page('Tide table', 'High and low water.')]
}

function firstSpace(control: Simulator['control']): string {
  return control.truth().spaces[0]?.key ?? ''
}
