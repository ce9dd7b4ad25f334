import { z } from 'zod'

/** An answer with its body read: JSON where it is JSON, else text. */
export type Answer = { status: number; headers: Headers; body: unknown }

export type Client = {
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown): Promise<Answer>
  put(path: string, body?: unknown): Promise<Answer>
  patch(path: string, body?: unknown): Promise<Answer>
  delete(path: string, body?: unknown): Promise<Answer>
  /** Any request, with headers of its own; for what the others cannot say. */
  send(method: string, path: string, init?: { body?: unknown; headers?: Record<string, string> }): Promise<Answer>
  /** The same server as somebody else. */
  withHeaders(headers: Record<string, string>): Client
}

/** Speaks JSON to a server; a path that starts with `/` is taken below /api/v1, a whole URL as it stands. Never throws on a status. */
export function openClient(origin: string, headers: Record<string, string> = {}): Client {
  const send: Client['send'] = async (method, path, init = {}) => {
    const response = await fetch(path.startsWith('/') ? `${origin}/api/v1${path}` : path, {
      method,
      redirect: 'manual',
      headers: {
        ...headers,
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    })
    return { status: response.status, headers: response.headers, body: read(await response.text(), response) }
  }
  return {
    send,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, { body }),
    put: (path, body) => send('PUT', path, { body }),
    patch: (path, body) => send('PATCH', path, { body }),
    delete: (path, body) => send('DELETE', path, { body }),
    withHeaders: (more) => openClient(origin, { ...headers, ...more }),
  }
}

function read(text: string, response: Response): unknown {
  const isJson = /^application\/([a-z.]+\+)?json/.test(response.headers.get('content-type') ?? '')
  return isJson ? JSON.parse(text) : text
}

/** The client of a person who signs in with a password. */
export async function signIn(client: Client, email: string, password: string): Promise<Client> {
  const answer = await client.post('/sessions', { email, password })
  if (answer.status >= 300) throw new Error(`signing in as ${email} answered ${answer.status}`)
  const cookies = answer.headers.getSetCookie().map((cookie) => z.string().parse(cookie.split(';')[0]))
  return client.withHeaders({ cookie: cookies.join('; ') })
}
