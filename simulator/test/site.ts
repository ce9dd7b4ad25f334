import { startSimulator, type Simulator, type SimulatorOptions } from '../start.ts'

export const email = 'demo@lockkeeper.example'
export const key = 'key-for-tests'
/** Of the same person, where the site is a Data Center. */
export const password = 'password-for-tests'

export type Reply = { status: number; headers: Headers; text: string; json: unknown }
export type Ask = { method?: string; body?: unknown; auth?: string | null; headers?: Record<string, string> }
export type Site = Simulator & { ask: (path: string, ask?: Ask) => Promise<Reply> }

/** A simulator with 120 pages in three spaces, and a way to ask it as its user. */
export async function openSite(options: SimulatorOptions = {}): Promise<Site> {
  const simulator = await startSimulator({
    pages: 120,
    spaces: 3,
    blogPosts: 4,
    attachments: 6,
    comments: 10,
    users: [{ email, key }],
    ...options,
  })
  return { ...simulator, ask: (path, ask = {}) => send(new URL(path, simulator.url), ask) }
}

/** Likewise a Data Center, asked below its context path by its user's token. */
export async function openDataCenter(options: SimulatorOptions = {}): Promise<Site> {
  const site = await openSite({ mode: 'dc', users: [{ email, key, password }], ...options })
  const bearer = `Bearer ${key}`
  return { ...site, ask: (path, ask = {}) => send(new URL(`${site.url}${path}`), { auth: bearer, ...ask }) }
}

export function basic(name: string, secret: string): string {
  return `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`
}

async function send(url: URL, { method = 'GET', body, auth = basic(email, key), headers = {} }: Ask): Promise<Reply> {
  const raw = body instanceof FormData
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(auth === null ? {} : { authorization: auth }),
      ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
