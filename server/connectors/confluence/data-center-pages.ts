/** Reads pages and blog posts of Confluence Data Center. Spaces go by their keys, which never change there. */
import { Upstream } from '#server/platform/problem.ts'
import { searchDate, type ChangedItem, type ChangeSearch } from './changed.ts'
import type { Client, ReadOptions } from './client.ts'
import { DcContent } from './data-center-answers.ts'
import { CONTENT_EXPANDS, toPulled, type Known } from './data-center-content.ts'
import { getDcPages, isTooMuch, TRIES_WITH_BODIES } from './data-center-fetch.ts'
import { readNumbered, readScan, walkWindows, type DcPage } from './data-center-listing.ts'
import { quote, toDate, type PageList, type PulledBatch } from './pull.ts'

/**
 * Walks the pages or blog posts of these spaces, one space after the other. The cursor's text is `index of the space:how:where`.
 * There are no archived pages; the trash of several spaces is read as one list.
 */
export async function* walkDcPages(known: Known, list: PageList, cursor: string | null): AsyncGenerator<PulledBatch> {
  const isTrash = list.statuses.every((status) => status === 'trashed' || status === 'deleted')
  const keys: readonly (string | null)[] = isTrash && list.spaceIds.length > 1 ? [null] : list.spaceIds
  const [first, how, where] = readCursor(cursor)
  for (let index = first; index < keys.length; index += 1) {
    const isResumed = index === first && how !== ''
    const byScan = isResumed ? how === 'scan' : !isTrash && list.kind === 'pages' && (await canScan(known))
    const read = windowReader(known, list, keys[index] ?? null, byScan, isTrash)
    for await (const page of walkWindows(known.client, isResumed ? where : null, read)) {
      const { pages, unreadable } = await toBatch(known, page, list)
      const onward = index + 1 < keys.length ? `${index + 1}::` : null
      const next = page.next === null ? onward : `${index}:${byScan ? 'scan' : 'list'}:${page.next}`
      const own = keys[index] === null ? pages.filter((one) => list.spaceIds.includes(one.spaceExternalId)) : pages
      yield { pages: own, unreadable, next }
    }
  }
}

function readCursor(cursor: string | null): [index: number, how: string, where: string] {
  const [, index = '0', how = '', where = ''] = /^(\d+):([a-z]*):(.*)$/s.exec(cursor ?? '') ?? []
  return [Number(index), how, where]
}

/** The window as asked for; where its bodies make the server fail, without them, and then each body as far as it can be had. */
function windowReader(known: Known, list: PageList, key: string | null, byScan: boolean, isTrash: boolean) {
  const query = new URLSearchParams({ type: list.kind === 'pages' ? 'page' : 'blogpost' })
  if (key !== null) query.set('spaceKey', key)
  if (isTrash) query.set('status', 'trashed')
  const path = (bodies: boolean) =>
    `/rest/api/content${byScan ? '/scan' : ''}?${query.toString()}&expand=${CONTENT_EXPANDS}${bodies ? ',body.storage' : ''}`
  const read = (at: string | null, bodies: boolean, options?: ReadOptions): Promise<DcPage> =>
    (byScan ? readScan : readNumbered)(known.client, path(bodies), at, list.limit, options)
  return async (at: string | null): Promise<DcPage> => {
    if (!list.bodies) return read(at, false)
    try {
      return await read(at, true, { triesOnFault: TRIES_WITH_BODIES })
    } catch (error) {
      if (!isTooMuch(error)) throw error
      return read(at, false)
    }
  }
}

/** Asked once, however many walks begin at the same time; a failure is no answer. */
function canScan(known: Known): Promise<boolean> {
  known.scans ??= askForScan(known.client).catch((error: unknown) => {
    known.scans = undefined
    throw error
  })
  return known.scans
}

async function askForScan(client: Client): Promise<boolean> {
  try {
    await readScan(client, '/rest/api/content/scan?type=page', null, 1)
    return true
  } catch (error) {
    // Before 7.18 it is taken for the id of a page.
    if (error instanceof Upstream && (error.status === 404 || error.status === 400)) return false
    throw error
  }
}

async function toBatch(known: Known, page: DcPage, list: PageList): Promise<PulledBatch> {
  const batch: PulledBatch = { pages: [], unreadable: [], next: page.next }
  const bare: string[] = []
  for (const result of page.results) {
    const read = await toPulled(known, result)
    if ('reason' in read) batch.unreadable.push(read)
    else if (list.bodies && read.storage === undefined) bare.push(read.externalId)
    else batch.pages.push(read)
  }
  const fetched = await getDcPages(known, list.kind, bare)
  batch.pages.push(...fetched.pages)
  batch.unreadable.push(...fetched.unreadable)
  return batch
}

const CHANGES_PER_REQUEST = 200
/** With more keys the address would be too long; what belongs to other spaces is passed over by whoever asks. */
const MOST_KEYS = 50

/** Ids and versions of what was changed since then, by the search, which is asked for two days too much. */
export async function* walkDcChanged(
  client: Client,
  { spaceKeys, since }: ChangeSearch,
): AsyncGenerator<ChangedItem[]> {
  const isAll = spaceKeys === 'all' || spaceKeys.length > MOST_KEYS
  const where = isAll ? '' : ` and space in (${spaceKeys.map(quote).join(',')})`
  const cql = `type in (page,blogpost)${where} and lastmodified >= "${searchDate(since)}" order by lastmodified desc`
  const path = `/rest/api/content/search?cql=${encodeURIComponent(cql)}&expand=version,space`
  for await (const page of walkWindows(client, null, (at) => readNumbered(client, path, at, CHANGES_PER_REQUEST))) {
    yield page.results.flatMap((result) => {
      const hit = DcContent.pick({ id: true, type: true, space: true, version: true }).safeParse(result)
      if (!hit.success) return []
      const { id, type, space, version } = hit.data
      const kind = type === 'page' ? ('pages' as const) : ('blogposts' as const)
      return [{ externalId: id, kind, version: version.number, versionAt: toDate(version.when), spaceKey: space.key }]
    })
  }
}
