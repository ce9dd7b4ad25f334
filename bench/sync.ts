/** Full sync of one site beside everything else that reads it, and incremental runs with nothing new. */
import { Integration } from '#schema/integration.ts'
import { SearchResult } from '#schema/document.ts'
import { settleSearch } from '#server/content/settle.ts'
import { measureBound } from './bound.ts'
import {
  awaitRun,
  connect,
  startLockkeeper,
  startRun,
  type Lockkeeper,
  type Progress,
  type Readers,
} from './lockkeeper.ts'
import { runFetchLoop, runLangChain, type PeerResult } from './peers.ts'
import { cpuOf, watchMemory, type Memory } from './processes.ts'
import { times, whole, type Figure } from './report.ts'
import { somePage, startSite, type Site } from './site.ts'

const PAGES = 10_000
const GUARDED = '**Lockkeeper**, permissions carried over'
const PLAIN = '**Lockkeeper**, without permissions'

export type SyncMeasure = {
  pages: number
  seconds: number
  perSecond: number
  requests: number
  memory: Memory
  progress: Progress[]
  cpu: { server: number; postgres: number; site: number }
  integrationId: string
}

/** One latency's figures. LangChain's default reads so many spaces of the eight: as fast a page, and much shorter. */
export async function benchSync(
  latencyMs: number,
  spacesOfSlowest: number,
  nodeArgs: string[] = [],
): Promise<Figure[]> {
  await using site = await startSite({ pages: PAGES, latencyMs })
  const label = (name: string) => `${name}, ${latencyMs} ms`
  const sequential = await runFetchLoop(site, 1)
  const parallel = await runFetchLoop(site, site.spaces.length)
  const normal = await runLangChain(site, 0, site.spaces.slice(0, spacesOfSlowest))
  const large = await runLangChain(site, 250)
  const guarded = await syncOnce(site, nodeArgs, 'confluence', latencyMs)
  const plain = await syncOnce(site, nodeArgs, 'members', latencyMs)
  const promised = latencyMs < 100 ? 3 : 10
  return [
    { name: label(`${GUARDED}: converted, stored, searchable`), value: describeSync(guarded.sync) },
    { name: label(`${PLAIN}: the same`), value: describeSync(plain.sync) },
    ...figureOfRequests(guarded.sync, (name) => label(`${name}, with permissions`)),
    ...figureOfRequests(plain.sync, (name) => label(`${name}, without`)),
    ...figureOfPeer(label('LangChain, its default (25 a request)'), normal),
    ...figureOfPeer(label('LangChain, 250 a request'), large),
    ...figureOfPeer(label('bare loop, one space after another'), sequential),
    ...figureOfPeer(label('bare loop, all spaces at once'), parallel),
    {
      name: label('the store’s own bound'),
      value: `${whole(plain.bound.perSecond)} rows/s over ${plain.bound.connections === 1 ? 'one connection' : 'two connections'}`,
    },
    ...[
      { name: GUARDED, ...guarded },
      { name: PLAIN, ...plain },
    ].flatMap(({ name, sync, bound }) => [
      ...(normal === undefined
        ? []
        : [figureOfRatio(label(`${name} ÷ LangChain’s default`), sync.perSecond / normal.perSecond, promised)]),
      ...(large === undefined
        ? []
        : [{ name: label(`${name} ÷ LangChain at 250`), value: times(sync.perSecond / large.perSecond) }]),
      // How near the store's bound a sync comes says something where the network is not what it waits for.
      latencyMs < 100
        ? figureOfRatio(label(`${name} ÷ the store’s own bound`), sync.perSecond / bound.perSecond, 0.7)
        : { name: label(`${name} ÷ the store’s own bound`), value: times(sync.perSecond / bound.perSecond) },
    ]),
    ...guarded.again.map((figure) => ({ ...figure, name: `${figure.name}, with permissions` })),
    ...plain.again.map((figure) => ({ ...figure, name: `${figure.name}, without` })),
  ]
}

async function syncOnce(site: Site, nodeArgs: string[], readers: Readers, latencyMs: number) {
  await using lockkeeper = await startLockkeeper({ site, nodeArgs })
  const sync = await syncAll(lockkeeper, site, readers)
  const again = latencyMs < 100 ? await benchUnchanged(lockkeeper, sync) : []
  await using database = await lockkeeper.openDatabase()
  await settleSearch(database.db)
  return { sync, again, bound: await measureBound(database.connection) }
}

/** Connects and follows the first full sync; throws when what is stored and found is not what the site holds. */
export async function syncAll(lockkeeper: Lockkeeper, site: Site, readers: Readers): Promise<SyncMeasure> {
  const known = await somePage(site)
  const before = { server: cpuOf(lockkeeper.pid), site: cpuOf(site.pid) }
  const memory = watchMemory(lockkeeper.pid)
  const progress: Progress[] = []
  try {
    const integration = await connect(lockkeeper, site, readers)
    const id = integration.lastRun?.id ?? ''
    const run = await awaitRun(lockkeeper, { id, integrationId: integration.id }, (now) => progress.push(now))
    const [server, far] = [cpuOf(lockkeeper.pid), cpuOf(site.pid)]
    await verify(lockkeeper, integration.id, run.counts.created, known)
    return {
      pages: run.counts.created,
      seconds: run.seconds,
      perSecond: run.counts.created / run.seconds,
      requests: run.counts.requests,
      memory,
      progress,
      cpu: {
        server: server.own - before.server.own,
        postgres: server.below - before.server.below,
        site: far.own - before.site.own,
      },
      integrationId: integration.id,
    }
  } finally {
    memory.stop()
  }
}

export function describeSync(sync: SyncMeasure): string {
  const { server, postgres, site } = sync.cpu
  return `${whole(sync.perSecond)} pages/s (${whole(sync.pages)} in ${sync.seconds.toFixed(1)} s), peak ${whole(sync.memory.peakMb())} MB; processor: server ${server.toFixed(1)} s, PostgreSQL ${postgres.toFixed(1)} s, simulator ${site.toFixed(1)} s`
}

export function figureOfRequests(sync: SyncMeasure, label: (name: string) => string): Figure[] {
  const perThousand = (sync.requests / sync.pages) * 1000
  const value = `${sync.requests} (${perThousand.toFixed(1)} per 1,000 pages)`
  return [{ name: label('Lockkeeper’s requests'), value, promise: '≤ 5 per 1,000 pages', kept: perThousand <= 5 }]
}

async function benchUnchanged(lockkeeper: Lockkeeper, sync: SyncMeasure): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const mode of ['incremental', 'sweep'] as const) {
    const run = await awaitRun(lockkeeper, await startRun(lockkeeper, sync.integrationId, mode))
    const most = mode === 'sweep' ? 3 + Math.ceil(sync.pages / 250) : 3
    figures.push({
      name: `${mode} run with nothing changed, ${whole(sync.pages)} documents`,
      value: `${run.counts.requests} requests, ${run.seconds.toFixed(1)} s`,
      promise: mode === 'sweep' ? `≤ ${most} requests (3 + 1 per 250 pages)` : `≤ ${most} requests`,
      kept: run.counts.requests <= most,
    })
  }
  return figures
}

async function verify(
  lockkeeper: Lockkeeper,
  integrationId: string,
  created: number,
  known: { id: string; title: string },
): Promise<void> {
  const { documents } = Integration.parse(await lockkeeper.call('GET', `/integrations/${integrationId}`))
  if (documents < created || created < PAGES)
    throw new Error(`${documents} documents are stored, ${created} were made.`)
  const q = encodeURIComponent(`"${known.title.replaceAll('"', ' ')}"`)
  const { items } = SearchResult.parse(await lockkeeper.call('GET', `/search?q=${q}`))
  if (!items.some(({ document }) => document.externalId === known.id))
    throw new Error(`The search does not find "${known.title}".`)
}

function figureOfPeer(name: string, peer: PeerResult | undefined): Figure[] {
  if (peer === undefined) return [{ name, value: 'not measured: run `npm run bench:peers` first' }]
  const part = peer.spaces < 8 ? `, ${peer.spaces} spaces of 8` : ''
  const value = `${whole(peer.perSecond)} pages/s (${whole(peer.pages)} in ${peer.seconds.toFixed(1)} s${part}), peak ${whole(peer.peakMb)} MB`
  return [{ name, value }]
}

function figureOfRatio(name: string, ratio: number, promised: number): Figure {
  return { name, value: times(ratio), promise: `≥ ${promised} ×`, kept: ratio >= promised }
}
