import { afterAll, beforeAll, expect, test } from 'vitest'
import { startReadingWorld, type ReadingWorld } from './reading-world.ts'

let world: ReadingWorld
beforeAll(async () => {
  world = await startReadingWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

test.each([1, 2, 3])(
  'after any changes a sweep leaves nothing that Confluence sees otherwise (walk %i)',
  async (seed) => {
    const { control, key, ann, bea, cid } = world
    let state = seed * 7919
    const pick = <T>(from: readonly T[]): T | undefined => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return from[Math.floor((state / 2_147_483_648) * from.length)]
    }
    const ours = () =>
      control
        .truth()
        .nodes.filter(
          (node) => node.space === key && node.kind === 'page' && node.status === 'current' && node.parentId !== null,
        )
    for (let step = 0; step < 25; step += 1) {
      const id = pick(ours())?.id ?? ''
      const kind = pick(['restrict', 'restrict', 'lift', 'move', 'make', 'group'] as const)
      if (kind === 'restrict') {
        const users = [ann, bea, cid].filter(() => pick([true, false]))
        control.setRestriction(id, {
          read: { users: users.map((one) => one.accountId), groups: [...(pick([[], ['chiefs']]) ?? []), 'bots'] },
        })
      }
      if (kind === 'lift') control.setRestriction(id, null)
      if (kind === 'make') control.createPage({ space: key, title: `Walk ${seed} ${step}`, parentId: id })
      if (kind === 'group')
        control.setAccount('ann@lockkeeper.example', { groups: pick([['chiefs'], ['confluence-users']]) ?? [] })
      // Where it would come to stand below itself the simulator refuses.
      if (kind === 'move')
        try {
          control.movePage(id, { parentId: pick(ours())?.id ?? '' })
        } catch {}
    }
    await world.site.sync('incremental')
    await world.site.sync('sweep')
    expect(await wrongly()).toEqual([])
    for (const { id } of ours()) control.setRestriction(id, null)
    control.setAccount('ann@lockkeeper.example', { groups: ['confluence-users'] })
    await world.site.sync('sweep')
    expect(await wrongly()).toEqual([])
  },
)

/** But for cid, who hides his address: nobody knows whose his account is. */
async function wrongly(): Promise<string[]> {
  return (await world.disagreements()).filter((line) => !line.startsWith('cid does not'))
}
