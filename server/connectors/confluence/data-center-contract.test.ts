import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { all, openDataCenterSource, type DataCenterSource } from '#server/test/data-center-source.ts'
import { hasShared, shared } from '#simulator/test/contract.ts'

const Parameters = z.array(z.object({ name: z.string(), in: z.string() })).default([])
const Paths = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })

let opened: DataCenterSource
beforeAll(async () => {
  opened = await openDataCenterSource({ pages: 60, spaces: 2, attachments: 4, comments: 4 })
})
afterAll(() => opened[Symbol.asyncDispose]())

test.skipIf(!hasShared)('every call that is made is in the vendor’s document, with every parameter', async () => {
  const { source, space, simulator } = opened
  const [page = '', other = ''] = opened.pageIds()
  const keys = simulator.control.truth().spaces.map((one) => one.key)
  const [key = ''] = keys
  for (const statuses of [['current', 'archived'], ['trashed']])
    for (const kind of ['pages', 'blogposts'] as const)
      await all(source.walkPages({ kind, spaceIds: keys, statuses, bodies: true, limit: 20 }, null))
  await source.listSpaces()
  await source.isSpaceHidden(key)
  await source.isKeyAccepted()
  await source.countPages([key])
  await source.getPages('pages', [page, other, '424242'])
  await source.pageState(page)
  await all(source.walkChanged({ spaceKeys: keys, since: new Date() }))
  await all(source.walkAttachments({ newestFirst: true }))
  await all(source.walkComments('inline', { newestFirst: false }))
  await source.getVersion(page, 1)
  await source.listSpaceReaders({ externalId: space, key: space })
  await all(source.walkMarks([space]))
  await source.findRestrictions([page])
  const { members } = await source.groupMembers('confluence-users')
  await source.findAccounts(members, true)
  const made = await source.push.createPage({
    type: 'page',
    spaceExternalId: space,
    parentExternalId: page,
    title: 'Of the contract',
    storage: '<p>x</p>',
  })
  await source.push.readDraft(made)
  await source.push.findByTitle({ type: 'page', spaceExternalId: space, title: 'Of the contract' })
  await source.push.updatePage({ ...made, version: 2, storage: '<p>y</p>', message: 'm', minorEdit: true })
  await source.push.movePage(made.externalId, { position: 'append', externalId: other })
  await source.push.addLabels(made, ['one'])
  await source.push.removeLabel(made, 'one')
  await source.push.listLabelsOf(made)
  await source.push.listUpdaters(made.externalId)
  await source.push.addComment(made, 'text', 'once-1')
  const file = { name: 'a.txt', mediaType: 'text/plain', comment: '', minorEdit: false, bytes: Buffer.from('x') }
  await source.push.attachFile(made, file)
  await source.push.attachFile(made, file)
  await source.push.trashPage(made)
  const { paths } = Paths.parse(
    JSON.parse(readFileSync(new URL('confluence-api/data-center-10.0.3.openapi.json', shared), 'utf8')),
  )
  const strange = new Set(simulator.requests.recent.flatMap(({ method, path }) => judge(paths, method, path)))
  expect([...strange]).toEqual([])
  expect(simulator.requests.recent.filter(({ status }) => status >= 500)).toEqual([])
})

/** What of a call the document does not know. */
function judge(paths: z.infer<typeof Paths>['paths'], method: string, path: string): string[] {
  const [bare = '', query = ''] = path.split('?')
  const given = bare.split('/')
  const pattern = Object.keys(paths)
    .filter((one) => fits(one.split('/'), given))
    .toSorted((a, b) => a.split('{').length - b.split('{').length)
    .find((one) => paths[one]?.[method.toLowerCase()] !== undefined)
  if (pattern === undefined) return [`${method} ${bare}`]
  const operation = z.object({ parameters: Parameters }).parse(paths[pattern]?.[method.toLowerCase()])
  const known = new Set(operation.parameters.filter((one) => one.in === 'query').map((one) => one.name))
  return [...new URLSearchParams(query).keys()].filter((name) => !known.has(name)).map((name) => `${pattern} ?${name}`)
}

function fits(pattern: string[], given: string[]): boolean {
  return pattern.length === given.length && pattern.every((part, at) => part.startsWith('{') || part === given[at])
}
