import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { transact } from '#server/db/transact.ts'
import { deleteUnusedLocks, relockSpace } from './locks.ts'
import { placeDocuments } from './place.ts'
import { setRestrictions, setSpaceReaders, type ToldReaders } from './restrictions.ts'
import { incoming, openLibrary, type Library } from './test/library.ts'

let library: Library
beforeEach(async () => {
  library = await openLibrary()
  await sql`update integrations set settings = '{"readers": "confluence"}'`.execute(library.db)
  return () => library[Symbol.asyncDispose]()
})

const told = (pages: Record<string, string[] | null>) =>
  transact(library.db, (tx) =>
    setRestrictions(
      tx,
      library.integrationId,
      new Map(
        Object.entries(pages).map(([id, readers]): [string, ToldReaders] => [
          id,
          readers === null ? { failed: 'no answer' } : { readers },
        ]),
      ),
    ),
  )

async function openSpace(readers: string[] = ['class:licensed']) {
  await transact(library.db, async (tx) => {
    const isNew = await setSpaceReaders(tx, library.integrationId, library.docs.id, { readers })
    if (isNew) await relockSpace(tx, library.integrationId, library.docs.id)
  })
}

/** By external id: the principals of each lock of the document; null = shut. */
async function locks(): Promise<Record<string, string[] | null>> {
  const { rows } = await sql<{ id: string; locks: string[] | null }>`
    select document.external_id as id, (select array_agg(array_to_string(lock.principals, '+') order by lock.id)
      from access_sets as one join read_locks as lock on lock.id = any(one.locks) where one.id = document.access_set_id) as locks
    from documents as document order by 1`.execute(library.db)
  return Object.fromEntries(rows.map((row) => [row.id, row.locks]))
}

/** What the search index says must be what the documents say. */
async function indexFaults(): Promise<number> {
  const { rows } = await sql<{ faults: number }>`
    select count(*)::int as faults from documents as document join document_search as entry on entry.document_id = document.id
    where entry.access_set_id is distinct from document.access_set_id
      or not entry.whole @@ ('''access:' || document.access_set_id || '''')::tsquery
      or not entry.title @@ ('''access:' || document.access_set_id || '''')::tsquery
      or (select count(*) from unnest(tsvector_to_array(entry.whole)) as one where one like 'access:%')
        <> (case when document.access_set_id is null then 0 else 1 end)`.execute(library.db)
  return rows[0]?.faults ?? -1
}

const tree = () =>
  library.put(
    library.docs,
    incoming({ externalId: '1', text: 'top' }),
    incoming({ externalId: '2', parentExternalId: '1', text: 'middle' }),
    incoming({ externalId: '3', parentExternalId: '2', text: 'leaf' }),
  )

describe('read locks', () => {
  test('sets and locks that nothing has any more are deleted; those in use, and the lock of a space, stay', async () => {
    await openSpace()
    await told({ 1: [], 2: ['account:a'], 3: ['account:b'] })
    await tree()
    await told({ 2: [], 3: ['account:c'] })
    const before = await locks()
    const counts = async () => {
      const { rows } = await sql<{
        sets: number
        locks: number
      }>`select (select count(*)::int from access_sets) as sets,
        (select count(*)::int from read_locks) as locks`.execute(library.db)
      return rows[0]
    }
    const former = await counts()
    expect(former).toEqual({ sets: 4, locks: 4 })
    const clean = () => deleteUnusedLocks((work) => transact(library.db, work), library.integrationId)
    await clean()
    expect(await counts()).toEqual({ sets: 2, locks: 2 })
    expect(await locks()).toEqual(before)
    expect(await indexFaults()).toBe(0)
    await sql`delete from document_search`.execute(library.db)
    await sql`delete from documents`.execute(library.db)
    await sql`delete from document_restrictions`.execute(library.db)
    await clean()
    expect(await counts()).toEqual({ sets: 0, locks: 1 })
  })

  test('a document is shut until both its space and its own restrictions are told', async () => {
    await tree()
    expect(await locks()).toEqual({ 1: null, 2: null, 3: null })
    await told({ 1: [], 2: [], 3: [] })
    expect(await locks()).toEqual({ 1: null, 2: null, 3: null })
    await openSpace()
    expect(await locks()).toEqual({ 1: ['class:licensed'], 2: ['class:licensed'], 3: ['class:licensed'] })
    expect(await indexFaults()).toBe(0)
  })

  test('a restriction counts for all below it, and another below that narrows further (A1, A2)', async () => {
    await openSpace()
    await told({ 1: [], 2: ['account:a', 'account:b'], 3: ['account:b', 'account:c'] })
    await tree()
    expect(await locks()).toEqual({
      1: ['class:licensed'],
      2: ['class:licensed', 'account:a+account:b'],
      3: ['class:licensed', 'account:a+account:b', 'account:b+account:c'],
    })
    await told({ 2: [] })
    expect(await locks()).toMatchObject({ 2: ['class:licensed'], 3: ['class:licensed', 'account:b+account:c'] })
    expect(await indexFaults()).toBe(0)
  })

  test('what could not be told shuts the document and all below it, and nothing else (A5)', async () => {
    await openSpace()
    await told({ 1: [], 2: null, 3: [] })
    await tree()
    expect(await locks()).toEqual({ 1: ['class:licensed'], 2: null, 3: null })
    await told({ 2: [] })
    expect(await locks()).toMatchObject({ 2: ['class:licensed'], 3: ['class:licensed'] })
    expect(await indexFaults()).toBe(0)
  })

  test('children that come before their parent are shut, and open with it', async () => {
    await openSpace()
    await told({ 1: [], 2: ['group:g'], 3: [] })
    await library.put(library.docs, incoming({ externalId: '3', parentExternalId: '2' }))
    expect(await locks()).toEqual({ 3: null })
    await library.put(library.docs, incoming({ externalId: '2', parentExternalId: null }))
    expect(await locks()).toEqual({ 2: ['class:licensed', 'group:g'], 3: ['class:licensed', 'group:g'] })
  })

  test('a move changes the locks of all that moves with it, at once', async () => {
    await openSpace()
    await told({ 1: [], 2: [], 3: [], 9: ['account:chief'] })
    await tree()
    await library.put(library.docs, incoming({ externalId: '9' }))
    await transact(library.db, (tx) =>
      placeDocuments(tx, library.integrationId, [{ externalId: '2', parentExternalId: '9' }]),
    )
    expect(await locks()).toMatchObject({
      1: ['class:licensed'],
      2: ['class:licensed', 'account:chief'],
      3: ['class:licensed', 'account:chief'],
    })
    await library.put(library.docs, incoming({ externalId: '2', parentExternalId: '1', version: 2 }))
    expect(await locks()).toMatchObject({ 2: ['class:licensed'], 3: ['class:licensed'] })
    expect(await indexFaults()).toBe(0)
  })

  test('a circle of parents is shut', async () => {
    await openSpace()
    await told({ 5: [], 6: [] })
    await library.put(
      library.docs,
      incoming({ externalId: '5', parentExternalId: '6' }),
      incoming({ externalId: '6', parentExternalId: '5' }),
    )
    await transact(library.db, (tx) => relockSpace(tx, library.integrationId, library.docs.id))
    expect(await locks()).toEqual({ 5: null, 6: null })
  })

  test('other readers of a space change one lock and no document', async () => {
    await openSpace()
    await told({ 1: [], 2: [], 3: [] })
    await tree()
    const before = await sql`select id, access_set_id, xmin::text from documents order by id`.execute(library.db)
    await openSpace(['account:new'])
    const after = await sql`select id, access_set_id, xmin::text from documents order by id`.execute(library.db)
    expect(after.rows).toEqual(before.rows)
    expect(await locks()).toMatchObject({ 3: ['account:new'] })
  })

  test('three hundred readers of one page are one lock', async () => {
    await openSpace()
    const many = Array.from({ length: 300 }, (_, at) => `account:712020:8f1c2d54-0a6b-4e1f-9b63-5d0a7c1e4${at + 100}`)
    await told({ 1: many })
    await tree()
    expect((await locks())['1']?.[1]?.split('+')).toHaveLength(300)
  })

  test('an integration whose members read all has no locks', async () => {
    await sql`update integrations set settings = '{"readers": "members"}'`.execute(library.db)
    await told({ 1: ['account:a'] })
    await tree()
    const { rows } = await sql`select from documents where access_set_id is not null`.execute(library.db)
    expect(rows).toHaveLength(0)
  })
})
