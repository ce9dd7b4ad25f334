import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Upstream } from '#server/platform/problem.ts'
import { openDataCenterSource, type DataCenterSource } from '#server/test/data-center-source.ts'
import { openDcPushing } from './data-center-push.ts'
import { outcomeOf } from './push-outcome.ts'
import type { Pushing } from './pushing.ts'

let opened: DataCenterSource
let push: Pushing
let space = ''
const Answer = z.looseObject({})
beforeAll(async () => {
  opened = await openDataCenterSource({ pages: 12, spaces: 1 })
  ;({ space } = opened)
  ;({ push } = opened.source)
})
afterAll(() => opened[Symbol.asyncDispose]())

test('makes, changes, labels, moves, trashes and restores a page', async () => {
  const [parent = '', other = ''] = opened.pageIds()
  const page = {
    type: 'page',
    spaceExternalId: space,
    parentExternalId: parent,
    title: 'Made',
    storage: '<p>one</p>',
  } as const
  const made = await push.createPage(page)
  expect(made).toMatchObject({ title: 'Made', version: 1, parentExternalId: parent, storage: '<p>one</p>' })
  const next = { ...made, version: 2, storage: '<p>two</p>', message: 'because', minorEdit: true }
  expect(await push.updatePage({ ...next, title: 'Made anew' })).toMatchObject({
    version: 2,
    storage: '<p>two</p>',
  })
  expect(await push.readVersion(made, 1)).toMatchObject({ title: 'Made', storage: '<p>one</p>' })
  expect(await push.findByTitle({ ...page, title: 'Made anew' })).toMatchObject([{ externalId: made.externalId }])
  await push.addLabels(made, ['one', 'two'])
  await push.removeLabel(made, 'one')
  await push.removeLabel(made, 'never')
  expect(await push.listLabelsOf(made)).toEqual(['two'])
  await push.movePage(made.externalId, { position: 'append', externalId: other })
  expect(await push.readPage(made)).toMatchObject({ parentExternalId: other, storage: '<p>two</p>', version: 3 })
  await expect(push.movePage(made.externalId, { position: 'after', externalId: other })).rejects.toMatchObject({
    code: 'not-supported',
  })
  await push.trashPage(made)
  const trashed = await push.readPage(made)
  expect(trashed?.status).toBe('trashed')
  if (trashed !== undefined) await push.restorePage(trashed)
  expect(await push.readPage(made)).toMatchObject({ status: 'current', storage: '<p>two</p>' })
})

test('W1: a version that is taken is a conflict; W6: so is a title', async () => {
  const [id = ''] = opened.pageIds()
  const page = await push.readPage({ externalId: id, type: 'page' })
  if (page === undefined) throw new Error('no page')
  const stale = { ...page, type: 'page' as const, storage: '<p/>', message: '', minorEdit: false }
  await expect(push.updatePage(stale)).rejects.toMatchObject({ status: 409 })
  const again = {
    type: 'page',
    spaceExternalId: space,
    parentExternalId: null,
    title: page.title,
    storage: '',
  } as const
  await expect(push.createPage(again)).rejects.toMatchObject({ status: 400 })
})

test('comments once, and gives a file of the same name a further version', async () => {
  const [id = ''] = opened.pageIds()
  const to = { externalId: id, type: 'page' } as const
  await push.addComment(to, 'Approved.', 'once-77')
  await push.addComment(to, 'Approved.', 'once-77')
  expect(opened.simulator.control.comments(id).filter((comment) => comment.storage.includes('once-77'))).toHaveLength(1)
  const file = { name: 'plan.txt', mediaType: 'text/plain', comment: 'c', minorEdit: true }
  expect(await push.attachFile(to, { ...file, bytes: Buffer.from('1') })).toMatchObject({
    version: 1,
    name: 'plan.txt',
  })
  expect(await push.attachFile(to, { ...file, bytes: Buffer.from('22') })).toMatchObject({ version: 2, size: 2 })
  expect(await push.findFile(to, 'none.txt')).toBeUndefined()
})

test('W9: a write whose page cannot be read afterwards is not taken for one that was refused', async () => {
  const host = new URL(opened.source.client.base).host
  const limited = openDcPushing({
    client: {
      ...opened.source.client,
      write: async () => ({ id: '1' }),
      getJson: () => Promise.reject(new Upstream(host, 'rate-limited', 'Too many requests.', { status: 429 })),
    },
    scans: undefined,
    people: new Map(),
  })
  const page = { type: 'page', spaceExternalId: space, parentExternalId: null, title: 'Unread', storage: '' } as const
  const error: unknown = await limited.createPage(page).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'not-read' })
  expect(outcomeOf(error)).toBe('unknown')
})

test('a move of a page whose body Confluence does not tell is not sent: it would empty the page', async () => {
  const [id = '', other = ''] = opened.pageIds()
  const before = opened.simulator.control.page(id)
  const bodiless = openDcPushing({
    client: {
      ...opened.source.client,
      getJson: async (path) => ({ ...Answer.parse(await opened.source.client.getJson(path)), body: {} }),
    },
    scans: undefined,
    people: new Map(),
  })
  await expect(bodiless.movePage(id, { position: 'append', externalId: other })).rejects.toMatchObject({
    code: 'not-moved',
  })
  expect(opened.simulator.control.page(id)).toEqual(before)
})
