/** The simulated Confluence of a measurement, as a process of its own. */
import { once } from 'node:events'
import { z } from 'zod'
import { startNode, type Part } from './processes.ts'

export const SPACES = 8
const EMAIL = 'bench@lockkeeper.example'
const KEY = 'bench-key-of-the-simulated-site'

export type Site = AsyncDisposable & { url: string; email: string; key: string; pid: number; spaces: SiteSpace[] }
export type SiteSpace = { id: string; key: string }

const Spaces = z.object({ results: z.array(z.object({ id: z.string(), key: z.string() })) })
const Pages = z.object({ results: z.array(z.object({ id: z.string(), title: z.string() })) })

/** So many pages of about 7 KB, always the same ones; every answer waits for the latency first. */
export async function startSite(options: { pages: number; latencyMs: number }): Promise<Site> {
  const world = ['--pages', String(options.pages), '--spaces', String(SPACES), '--seed', '1']
  const door = ['--port', '0', '--latency', String(options.latencyMs), '--user', EMAIL, '--key', KEY]
  const part = startNode(['simulator/main.ts', ...world, ...door])
  const url = await addressOf(part)
  const site = { url, email: EMAIL, key: KEY, pid: part.pid }
  const { results: spaces } = Spaces.parse(await ask(site, '/wiki/api/v2/spaces?limit=250'))
  return { ...site, spaces, [Symbol.asyncDispose]: () => part[Symbol.asyncDispose]() }
}

/** A page near the end of a space: what must be found once everything is in. */
export async function somePage(site: Site): Promise<{ id: string; title: string }> {
  const answer = await ask(site, `/wiki/api/v2/spaces/${site.spaces.at(-1)?.id ?? ''}/pages?status=current&limit=250`)
  const page = Pages.parse(answer).results.at(-1)
  if (page === undefined) throw new Error('The simulated site shows no page.')
  return page
}

async function ask(site: Pick<Site, 'url' | 'email' | 'key'>, path: string): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${site.email}:${site.key}`).toString('base64')}`
  const answer = await fetch(site.url + path, { headers: { authorization } })
  if (!answer.ok) throw new Error(`The simulated site answered ${answer.status} to ${path}.`)
  return answer.json()
}

async function addressOf(part: Part): Promise<string> {
  const ended = once(part.child, 'exit')
  for (;;) {
    const url = /Confluence simulator at (\S+)\/wiki/.exec(part.output())?.[1]
    if (url !== undefined) return url
    if (part.child.stdout === null) throw new Error('The simulator has no output.')
    const news = await Promise.race([once(part.child.stdout, 'data').then(() => 'data'), ended.then(() => 'end')])
    if (news === 'end') throw new Error(`The simulator did not start: ${part.output()}`)
  }
}
