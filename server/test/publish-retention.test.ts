import { afterAll, beforeAll, expect, test } from 'vitest'
import { EditProposal } from '#schema/publish.ts'
import { forgetPublishes } from '#server/integrations/publish/forget.ts'
import { newId } from '#server/platform/ids.ts'
import { startPublishSite, type PublishSite } from './publish-site.ts'

const DAY_MS = 86_400_000

let site: PublishSite
let space: { id: string; integration_id: string | null }
beforeAll(async () => {
  site = await startPublishSite()
  space = await site.db
    .selectFrom('spaces')
    .select(['id', 'integration_id'])
    .where('key', '=', site.space)
    .executeTakeFirstOrThrow()
})
afterAll(() => site[Symbol.asyncDispose]())

const ago = (days: number) => new Date(Date.now() - days * DAY_MS)
/** An id of that time. */
const idOf = (at: Date) =>
  at
    .getTime()
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-') + newId().slice(13)
const forget = () => forgetPublishes(site.server.app, new AbortController().signal)
const left = async () => (await site.db.selectFrom('publishes').select('id').execute()).map(({ id }) => id).toSorted()

function publishOf(state: string, { sent, settled = sent }: { sent: number; settled?: number }) {
  return {
    id: idOf(ago(sent)),
    integration_id: space.integration_id ?? '',
    space_id: space.id,
    kind: 'edit',
    title: 'Gates',
    state,
    sent_at: ago(sent),
    settled_at: state === 'sent' ? null : ago(settled),
  }
}

test('publishes that were settled more than 90 days ago are forgotten, however many; open and younger ones stay', async () => {
  const kept = [
    publishOf('sent', { sent: 400 }),
    publishOf('arrived', { sent: 89 }),
    publishOf('lost', { sent: 400, settled: 89 }),
    publishOf('refused', { sent: 1 }),
  ]
  const old = Array.from({ length: 2_100 }, (_, n) =>
    publishOf(['arrived', 'lost', 'refused'][n % 3] ?? '', { sent: 91 + (n % 300) }),
  )
  await site.db
    .insertInto('publishes')
    .values([...old, ...kept])
    .execute()
  expect(await forget()).toBe(2_100)
  expect(await left()).toEqual(kept.map(({ id }) => id).toSorted())
  expect(await forget()).toBe(0)
  await site.db.deleteFrom('publishes').execute()
})

test('what came of a proposal stays known until somebody has decided on it, so that it is not carried out twice', async () => {
  const title = `Kept ${newId()}`
  const draft = { space: site.space, type: 'blogpost', title, markdown: 'Hello.' }
  const { id } = EditProposal.parse((await site.agent.post('/documents', draft)).body)
  const approve = () => site.editor.client.post(`/proposals/${id}/approve`, {})
  expect(await approve()).toMatchObject({ status: 200 })
  // As a process that was stopped before noting the decision leaves it, long ago.
  const old = idOf(ago(200))
  await site.db
    .updateTable('publishes')
    .set({ id: old, settled_at: ago(200) })
    .where('id', '=', id)
    .execute()
  await site.db
    .updateTable('edit_proposals')
    .set({ id: old, state: 'waiting', decided_by: null, decided_at: null, document_id: null })
    .where('id', '=', id)
    .execute()
  expect(await forget()).toBe(0)
  expect(await site.editor.client.post(`/proposals/${old}/approve`, {})).toMatchObject({
    status: 200,
    body: { state: 'published', document: { title }, publishedVersion: 1 },
  })
  expect(site.simulator.control.truth().nodes.filter((node) => node.title === title)).toHaveLength(1)
  expect(await forget()).toBe(1)
  expect(await left()).toEqual([])
})
