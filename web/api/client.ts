import { z } from 'zod'
import { type FieldError, ProblemDetails } from '#schema/common.ts'
import { Check } from '#schema/integration.ts'

type FieldErrors = readonly z.infer<typeof FieldError>[]

/** What the API refused and why: `code` is stable, `message` is a sentence for people. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly errors: FieldErrors
  readonly checks: readonly Check[]
  /** All members of the answer, for those that only one code has. */
  readonly members: ProblemDetails

  constructor(problem: ProblemDetails) {
    super(problem.detail)
    this.name = 'ApiProblem'
    this.status = problem.status
    this.code = problem.code
    this.errors = problem.errors ?? []
    this.checks = z.array(Check).catch([]).parse(problem['checks'])
    this.members = problem
  }
}

/** What a request met: what the API told, or that its answer could not be read. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  const detail = error instanceof Error ? error.message : String(error)
  return new ApiProblem({ type: 'about:blank', title: 'Unexpected', status: 0, code: 'unexpected', detail })
}

type Query = Record<string, string | number | undefined>

/** Reads one address below /api/v1; throws ApiProblem. */
export async function get<T extends z.ZodType>(path: string, schema: T, query: Query = {}): Promise<z.infer<T>> {
  return schema.parse(await call('GET', path + queryString(query)))
}

/** Writes to one address below /api/v1; throws ApiProblem. */
export async function send<T extends z.ZodType>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body: unknown,
  schema: T,
): Promise<z.infer<T>> {
  return schema.parse(await call(method, path, body))
}

/** Writes to an address that answers with a file; throws ApiProblem. */
export async function sendForFile(
  path: string,
  body: unknown,
): Promise<{ blob: Blob; name: string; headers: Headers }> {
  const response = await request('POST', path, body)
  if (!response.ok) throw problemOf(response, await response.text())
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  return { blob: await response.blob(), name: name ?? 'lockkeeper', headers: response.headers }
}

/** The schema of answers that nobody reads. */
export const Nothing = z.unknown()

export function apiPath(path: string): string {
  return `/api/v1${path}`
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await request(method, path, body)
  const text = await response.text()
  if (response.ok) return parseJson(text)
  throw problemOf(response, text)
}

function request(method: string, path: string, body: unknown): Promise<Response> {
  return fetch(apiPath(path), {
    method,
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new ApiProblem(unreachable(cause))
  })
}

function problemOf(response: Response, text: string): ApiProblem {
  const problem = ProblemDetails.safeParse(parseJson(text))
  return new ApiProblem(problem.success ? problem.data : unreadable(response))
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function unreachable(cause: unknown): ProblemDetails {
  return {
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    code: 'no-answer',
    detail: 'Lockkeeper does not answer. Check that it is running and that you are online, then try again.',
    cause: String(cause),
  }
}

function unreadable(response: Response): ProblemDetails {
  return {
    type: 'about:blank',
    title: 'Unexpected answer',
    status: response.status,
    code: 'unexpected-answer',
    detail: `Lockkeeper answered with status ${response.status} and no explanation. Its log says more.`,
  }
}

function queryString(query: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
