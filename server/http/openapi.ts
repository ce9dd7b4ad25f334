import { z } from 'zod'
import type { Door } from './door.ts'
import { actorOf } from './door.ts'
import { referencePage } from './reference-page.ts'
import { VERSION } from '#server/ops/system-state.ts'

const Operation = z.looseObject({ summary: z.string().optional(), tags: z.array(z.string()).optional() })
export const ApiDescription = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) }),
})
export type ApiDescription = z.infer<typeof ApiDescription>

/** The API's description (OpenAPI 3.1) and a page made of it; both for whoever is signed in. */
export function mountDescription(api: Door, base: string): { page: (c: Parameters<typeof actorOf>[0]) => string } {
  let made: ApiDescription | undefined
  const describe = () => (made ??= describeApi(api, base))
  api.get('/openapi.json', (c) => {
    actorOf(c)
    return c.json(describe())
  })
  return {
    page(c) {
      actorOf(c)
      return referencePage(describe())
    },
  }
}

function describeApi(api: Door, base: string): ApiDescription {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Lockkeeper',
      version: VERSION,
      description:
        'Errors are problem details (RFC 9457). Lists take limit and cursor and answer items and nextCursor. Times are RFC 3339 in UTC.',
    },
    servers: [{ url: base }],
    security: [{ key: [] }, { session: [] }],
  })
  const described = ApiDescription.parse(JSON.parse(JSON.stringify(document), plainPattern))
  Object.assign(described.components, {
    securitySchemes: {
      key: { type: 'http', scheme: 'bearer', description: 'An API key' },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: 'lockkeeper.session_token',
        description: 'Signed in at POST /sessions',
      },
    },
  })
  return described
}

/** JSON Schema's patterns carry no flags; the generator writes a regular expression's `/u` into them. */
function plainPattern(key: string, value: unknown): unknown {
  return key === 'pattern' && typeof value === 'string' ? value.replace(/\/[a-z]+$/, '') : value
}
