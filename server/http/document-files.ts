import { createRoute, z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { Attachment } from '#schema/document-parts.ts'
import type { App } from '#server/app.ts'
import { admitFile, attachFile, MOST_FILE_BYTES } from '#server/integrations/publish/attach.ts'
import { Problem } from '#server/platform/problem.ts'
import { takeTurns } from '#server/platform/take-turns.ts'
import { actorOf, badRequest, IdParam, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Documents']
/** A file is held in memory several times over until it has arrived: one at a time, and so many requests wait unread. */
const MOST_WAITING = 20
const FileForm = z.strictObject({
  file: z
    .instanceof(File, { error: 'Send the file in the field "file".' })
    .refine((file) => file.name !== '' && file.name.length <= 255 && !/[/\\\p{Cc}]/u.test(file.name), {
      error: 'A file has a name of at most 255 characters, without slashes.',
    })
    .openapi({ type: 'string', format: 'binary' }),
  comment: z.string().trim().max(500).default(''),
  minorEdit: z.stringbool().default(false),
})

/** Files that are attached: the body is read only for who may attach it. */
export function documentFileDoors(app: App): Door {
  const door = openDoor()
  const address = '/documents/:id/attachments'
  const uploads = takeTurns(MOST_WAITING)
  door.on('POST', address, async (c, next) => {
    const actor = actorOf(c)
    const params = IdParam.safeParse(c.req.param())
    if (!params.success) throw badRequest(params.error)
    await admitFile(app, actor, params.data.id)
    if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? ''))
      throw new Problem(415, 'not-multipart', 'Send the file as multipart/form-data, in the field "file".')
    const isTaken = await uploads.take(async () => {
      await next()
      return true
    })
    if (isTaken !== true)
      throw new Problem(503, 'busy', 'Too many files are being attached just now. Try again in a minute.')
  })
  door.on('POST', address, bodyLimit({ maxSize: MOST_FILE_BYTES, onError: tooLarge }))
  const attach = {
    method: 'post',
    path: '/documents/{id}/attachments',
    tags,
    summary: 'Attach a file, or a new version of the one that has its name',
    request: {
      params: IdParam,
      body: { required: true, content: { 'multipart/form-data': { schema: FileForm } } },
    },
  } as const
  const answers = {
    ...problems,
    201: json(Attachment, 'It is in Confluence; its bytes and text are fetched back in a moment.'),
    409: problem('The document is not current in Confluence.'),
    413: problem('The file is larger than is taken.'),
    422: problem('It cannot be written.'),
    503: problem('Too many files are being attached just now.'),
    502: problem('Confluence cannot be reached, or it is not known whether the file arrived.'),
  }
  door.openapi(createRoute({ ...attach, responses: answers }), async (c) => {
    const { file, comment, minorEdit } = c.req.valid('form')
    const bytes = new Uint8Array(await file.arrayBuffer())
    const mediaType = file.type === '' ? 'application/octet-stream' : file.type
    const given = { name: file.name, mediaType, bytes, comment, minorEdit }
    return c.json(Attachment.parse(await attachFile(app, actorOf(c), c.req.valid('param').id, given)), 201)
  })
  return door
}

function tooLarge(): never {
  throw new Problem(
    413,
    'too-large',
    `The body is larger than the ${MOST_FILE_BYTES / 1_000_000} MB this address takes.`,
  )
}
