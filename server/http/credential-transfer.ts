import { createRoute, z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { ExportCredentials, ImportCredentials, ImportReport, Scope } from '#schema/credential.ts'
import type { App } from '#server/app.ts'
import { exportCredentials } from '#server/credentials/export.ts'
import { admitImport, importCredentials } from '#server/credentials/import.ts'
import { Problem } from '#server/platform/problem.ts'
import { actorOf, badRequest, body, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Credentials']
const ScopeParam = z.object({ scope: Scope })
const MAX_IMPORT_BYTES = 41_000_000
/** How many characters a proxy surely lets pass beside the other headers; the file has all names. */
const NAMES_LENGTH = 2000

export function credentialTransferDoors(app: App): Door {
  const door = openDoor()

  const take = {
    method: 'post',
    path: '/scopes/{scope}/export',
    tags,
    summary: 'All credentials of a scope as a file, encrypted under a passphrase',
    request: { params: ScopeParam, body: body(ExportCredentials) },
  } as const
  const taken = {
    description:
      'application/octet-stream: an age file. `X-Lockkeeper-Exported` and `X-Lockkeeper-Left-Out` count what is in it and what ' +
      'could not be opened; `X-Lockkeeper-Left-Out-Names` has the first names of those, up to 2,000 characters, percent-encoded, by commas.',
  }
  const tooOften = problem('Too often within a quarter of an hour.')
  const takeAnswers = { ...problems, 200: taken, 409: problem('Not for this scope.'), 429: tooOften }
  door.openapi(createRoute({ ...take, responses: takeAnswers }), async (c) => {
    const made = await exportCredentials(app, actorOf(c), c.req.valid('param').scope, c.req.valid('json'))
    return c.body(Uint8Array.from(made.file), 200, {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${made.fileName}"`,
      'x-lockkeeper-exported': String(made.exported),
      'x-lockkeeper-left-out': String(made.leftOut.length),
      'x-lockkeeper-left-out-names': namesInHeader(made.leftOut),
    })
  })

  // Larger than other bodies, so it is read only for who may import.
  const tooLarge = () => {
    throw new Problem(
      413,
      'too-large',
      `The body is larger than the ${MAX_IMPORT_BYTES / 1_000_000} MB this address takes.`,
    )
  }
  const address = '/scopes/:scope/import'
  door.on('POST', address, async (c, next) => {
    const actor = actorOf(c)
    const params = ScopeParam.safeParse(c.req.param())
    if (!params.success) throw badRequest(params.error)
    await admitImport(app, actor, params.data.scope)
    await next()
  })
  door.on('POST', address, bodyLimit({ maxSize: MAX_IMPORT_BYTES, onError: tooLarge }))
  const bring = {
    method: 'post',
    path: '/scopes/{scope}/import',
    tags,
    summary: 'Credentials from such a file; shows what would happen unless `dryRun` is false',
    request: { params: ScopeParam, body: body(ImportCredentials) },
  } as const
  const bringAnswers = {
    ...problems,
    200: json(ImportReport, 'What becomes, or became, of each.'),
    409: problem('The scope has no token yet, or is that of integrations.'),
    422: problem('The passphrase does not fit, or the file is no export, cut off or changed. Nothing was imported.'),
    429: tooOften,
  }
  door.openapi(createRoute({ ...bring, responses: bringAnswers }), async (c) => {
    const report = await importCredentials(app, actorOf(c), c.req.valid('param').scope, c.req.valid('json'))
    return c.json(ImportReport.parse(report), 200)
  })
  return door
}

/** The first names as far as they fit, whole. */
function namesInHeader(names: readonly string[]): string {
  let text = ''
  for (const name of names) {
    const more = `${text === '' ? '' : ','}${encodeURIComponent(name.toWellFormed())}`
    if (text.length + more.length > NAMES_LENGTH) break
    text += more
  }
  return text
}
