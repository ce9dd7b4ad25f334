/** The reading world with one page, and what is below it, shut to an admin of its space. */
import type { Simulator } from '#simulator/start.ts'
import { startReadingWorld, type ReadingWorld } from './reading-world.ts'

/** ann is an admin of the space here, which lets her do everything with what she may read; but `middle` is restricted to bea. */
export type ShutWorld = ReadingWorld & { ids: Record<'top' | 'middle' | 'leaf' | 'other', string>; spaceId: string }

/** Who may read the page there: the integration, and bea by her group. */
export const SHUT = { read: { users: [], groups: ['bots', 'chiefs'] } }

/** `before` is told the external ids of the two shut pages; `files`: they are fetched. */
export async function startShutWorld(
  options: {
    files?: boolean
    before?: (control: Simulator['control'], shut: Record<'middle' | 'leaf', string>) => void
  } = {},
): Promise<ShutWorld> {
  const world = await startReadingWorld({
    files: options.files ?? false,
    before: ({ control }) => {
      const find = (title: string) => control.truth().nodes.find((node) => node.title === title)?.id ?? ''
      const middle = find('Quarrelsome capybara')
      control.setRestriction(middle, SHUT)
      options.before?.(control, { middle, leaf: find('Leaf of the plan') })
    },
  })
  const { ann, key, site, top, middle, leaf, other } = world
  const idOf = (externalId: string) => world.idOf(externalId)
  await site.admin.put(`/spaces/${key}/members`, { members: [{ principal: `user:${ann.id}`, role: 'admin' }] })
  const ids = { top: await idOf(top), middle: await idOf(middle), leaf: await idOf(leaf), other: await idOf(other) }
  const { id } = await site.db.selectFrom('spaces').select('id').where('key', '=', key).executeTakeFirstOrThrow()
  return { ...world, ids, spaceId: id }
}
