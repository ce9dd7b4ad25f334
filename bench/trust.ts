/**
 * What a sync that mirrors permissions, attachments and comments costs, and a publish: 100,000 pages, read locks on, asked
 * as a person whose account sees all but what is restricted.
 */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { DocumentDetail, SearchResult } from '#schema/document.ts'
import type { RunMode } from '#schema/integration.ts'
import { awaitRun, signIn, startLockkeeper, startRun, type Call, type Lockkeeper } from './lockkeeper.ts'
import { whole, type Figure } from './report.ts'
import { summarise } from './search.ts'
import { startSite, type Site } from './site.ts'
import { growthOf } from './sync-large.ts'
import { describeSync, syncAll } from './sync.ts'

const LATENCY_MS = 50
const MOST_MB = 350
const READER = 'reader@lockkeeper.example'
const RESTRICTED = 200
const PUBLISHES = 50
const SEARCHES = 200

const Truth = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      status: z.string(),
      title: z.string(),
      parentId: z.string().nullable(),
    }),
  ),
})
type Truth = z.infer<typeof Truth>

export async function benchTrust(pages: number): Promise<Figure[]> {
  await using site = await startSite({ pages, latencyMs: LATENCY_MS })
  await control(site, 'addUser', [{ email: READER, key: randomBytes(12).toString('base64url') }])
  await using lockkeeper = await startLockkeeper({ site })
  const label = (name: string) => `${name}, ${whole(pages)} pages`
  const sync = await syncAll(lockkeeper, site, 'confluence')
  const [peak, growth] = [sync.memory.peakMb(), growthOf(sync.memory)]
  const onlyConnection = { read: { users: [await ownAccount(site)], groups: [] } }
  const ids = pagesIn(await control(site, 'truth', []))
  const unchanged = await runs(lockkeeper, sync.integrationId, ['incremental', 'sweep'])
  const few = await edited(lockkeeper, site, sync.integrationId, ids.slice(0, 10))
  const many = await edited(lockkeeper, site, sync.integrationId, ids.slice(10, 1010))
  for (const id of ids.slice(2000, 2000 + RESTRICTED)) await control(site, 'setRestriction', [id, onlyConnection])
  const restricted = await runs(lockkeeper, sync.integrationId, ['sweep'])
  const reader = await makeReader(lockkeeper)
  const words = titlesIn(await control(site, 'truth', []))
  const [open, locked] = [await search(lockkeeper.call, words), await search(reader, words)]
  const publishing = await publish(lockkeeper)
  const top = largestTree(Truth.parse(await control(site, 'truth', [])))
  await control(site, 'setRestriction', [top.id, onlyConnection])
  const shut = await runs(lockkeeper, sync.integrationId, ['sweep'])
  return [
    {
      name: label('full sync with permissions, attachments and comments'),
      value: `${describeSync(sync)}; ${sync.requests} requests (${((sync.requests / sync.pages) * 1000).toFixed(1)} per 1,000 pages); memory, last fifth ÷ second fifth ${growth.toFixed(2)} ×`,
      promise: `≤ ${MOST_MB} MB, flat`,
      kept: peak <= MOST_MB && growth <= 1.25,
    },
    ...unchanged.map(({ mode, text }) => ({
      name: label(`${mode} run with nothing changed, permissions on`),
      value: text,
    })),
    { name: label('incremental run, 10 pages edited'), value: few },
    { name: label('incremental run, 1,000 pages edited'), value: many },
    { name: label(`sweep after ${RESTRICTED} pages were restricted`), value: restricted[0]?.text ?? '' },
    { name: label(`sweep after a page with ${whole(top.size)} below it was restricted`), value: shut[0]?.text ?? '' },
    {
      name: label(`search, ${SEARCHES} queries: a reader with locks, and an admin without`),
      value: `p50 ${ms(locked.p50)}, p95 ${ms(locked.p95)}; p50 ${ms(open.p50)}, p95 ${ms(open.p95)}`,
      promise: 'p95 ≤ 100 ms',
      kept: locked.p95 <= 100,
    },
    {
      name: label('publish of an edited page, the site’s own 50 ms an answer included'),
      value: `p50 ${ms(publishing.p50)}, p95 ${ms(publishing.p95)}`,
    },
  ]
}

async function runs(lockkeeper: Lockkeeper, integrationId: string, modes: RunMode[]) {
  const told: { mode: RunMode; text: string }[] = []
  for (const mode of modes) {
    const run = await awaitRun(lockkeeper, await startRun(lockkeeper, integrationId, mode))
    told.push({ mode, text: `${run.counts.requests} requests, ${run.seconds.toFixed(1)} s` })
  }
  return told
}

async function edited(lockkeeper: Lockkeeper, site: Site, integrationId: string, ids: string[]): Promise<string> {
  for (const id of ids) await control(site, 'editPage', [id, { storage: `<p>Edited for the measurement: ${id}.</p>` }])
  const [run] = await runs(lockkeeper, integrationId, ['incremental'])
  return run?.text ?? ''
}

async function makeReader(lockkeeper: Lockkeeper): Promise<Call> {
  const account = { email: READER, password: randomBytes(12).toString('base64url') }
  await lockkeeper.call('POST', '/users', { name: 'Reader', ...account })
  return signIn(lockkeeper.url, account)
}

async function search(call: Call, titles: string[]) {
  const times: number[] = []
  for (let round = 0; round < SEARCHES; round += 1) {
    const title = titles[(round * 7919) % titles.length] ?? ''
    const [first = '', second = ''] = title.split(' ')
    const q = [first, `${first} ${second}`, title, `"${first} ${second}"`][round % 4] ?? first
    const begun = performance.now()
    SearchResult.parse(await call('GET', `/search?limit=20&q=${encodeURIComponent(q)}`))
    times.push(performance.now() - begun)
  }
  return summarise(times)
}

/** Each page gets one more paragraph, as an author would give it. */
async function publish({ call }: Lockkeeper) {
  const times: number[] = []
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string(), version: z.number() })) })
    .parse(await call('GET', `/documents?type=page&limit=250`))
  for (const { id, version } of items.slice(0, PUBLISHES)) {
    const { body } = DocumentDetail.parse(await call('GET', `/documents/${id}?as=edit`))
    const begun = performance.now()
    await call('PUT', `/documents/${id}`, { version, markdown: `${body}\n\nOne more paragraph.` })
    times.push(performance.now() - begun)
  }
  return summarise(times)
}

function pagesIn(truth: unknown): string[] {
  const { nodes } = Truth.parse(truth)
  return nodes.filter((node) => node.kind === 'page' && node.status === 'current').map((node) => node.id)
}

/** The account that Lockkeeper is connected with: what is restricted to it goes on being synced. */
async function ownAccount(site: Site): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${site.email}:${site.key}`).toString('base64')}`
  const answer = await fetch(`${site.url}/wiki/rest/api/user/current`, { headers: { authorization } })
  return z.object({ accountId: z.string() }).parse(await answer.json()).accountId
}

/** The page with most others below it, and how many. */
function largestTree({ nodes }: Truth): { id: string; size: number } {
  const parents = new Map(nodes.map((node) => [node.id, node.parentId]))
  const sizes = new Map<string, number>()
  for (const { id } of nodes)
    for (let above = parents.get(id) ?? null; above !== null; above = parents.get(above) ?? null)
      sizes.set(above, (sizes.get(above) ?? 0) + 1)
  return [...sizes].reduce((best, [id, size]) => (size > best.size ? { id, size } : best), { id: '', size: 0 })
}

function titlesIn(truth: unknown): string[] {
  return Truth.parse(truth).nodes.map((node) => node.title)
}

/** The simulator's own door for what people do there. */
async function control(site: Site, name: string, args: unknown[]): Promise<unknown> {
  const answer = await fetch(`${site.url}/__control/${name}`, { method: 'POST', body: JSON.stringify(args) })
  if (!answer.ok) throw new Error(`The simulator's ${name} answered ${answer.status}: ${await answer.text()}`)
  return answer.json()
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`
}
