/** Writes pages and blog posts of Confluence Data Center: REST v1. Each call is one request, but a move, which reads the page first. */
import { z } from 'zod'
import { Problem, Upstream } from '#server/platform/problem.ts'
import type { Client } from './client.ts'
import { DcListing } from './data-center-answers.ts'
import { CONTENT_EXPANDS, listDcLabels, toPulled, type Known } from './data-center-content.ts'
import { readAll } from './data-center-listing.ts'
import { find } from './data-center-parts.ts'
import { findFile, formOf, toFiles, type AttachedFile, type NewFile } from './push-file.ts'
import type { MoveTo, NewPage, PageUpdate, Updaters } from './push-page.ts'
import { addLabels, commentOf, removeLabel, type PushedTo } from './push.ts'
import type { Pushing } from './pushing.ts'
import type { PulledPage } from './pull.ts'
import { afterWrite } from './push-outcome.ts'

const EXPAND = `expand=${CONTENT_EXPANDS},body.storage`

export function openDcPushing(known: Known): Pushing {
  const { client } = known
  return {
    readPage: ({ externalId }) => readPage(known, `${pathOf(externalId)}?${EXPAND}&status=any`),
    readVersion: async ({ externalId }, version) =>
      (await readPage(known, `${pathOf(externalId)}?${EXPAND}&status=historical&version=${version}`)) ??
      sameVersion(await readPage(known, `${pathOf(externalId)}?${EXPAND}`), version),
    readDraft: async ({ externalId }) => {
      const draft = await readPage(known, `${pathOf(externalId)}?${EXPAND}&status=draft`)
      return draft?.status === 'draft' ? draft : undefined
    },
    isLive: async () => false,
    findByTitle: (where) => findByTitle(known, where),
    createPage: (page) => createPage(known, page),
    updatePage: (update) => updatePage(known, update),
    trashPage: async ({ externalId }) => void (await client.write('DELETE', pathOf(externalId))),
    restorePage: (trashed) => restorePage(client, trashed),
    movePage: (externalId, to) => movePage(known, externalId, to),
    listUpdaters: (externalId) => listUpdaters(client, externalId),
    addLabels: (to, names) => addLabels(client, to, names),
    removeLabel: (to, name) => removeLabel(client, to, name),
    listLabelsOf: async ({ externalId }) =>
      (await listDcLabels(client, externalId)).filter((one) => one.prefix !== 'my').map((one) => one.name),
    addComment: (to, text, once) => addComment(client, to, text, once),
    attachFile: (to, file) => attachFile(client, to.externalId, file),
    findFile: (to, name) => findFile(client, to.externalId, name),
  }
}

function pathOf(externalId: string): string {
  return `/rest/api/content/${encodeURIComponent(externalId)}`
}

async function readPage(known: Known, path: string): Promise<PulledPage | undefined> {
  const answer = await find(known.client, path)
  return answer === undefined ? undefined : toPage(known, answer)
}

function sameVersion(page: PulledPage | undefined, version: number): PulledPage | undefined {
  return page?.version === version ? page : undefined
}

async function toPage(known: Known, answer: unknown): Promise<PulledPage> {
  const page = await toPulled(known, answer)
  if ('reason' in page) {
    const { host } = new URL(known.client.base)
    throw new Upstream(host, 'unexpected', `${host} answered with something that is not a page.`)
  }
  return page
}

async function findByTitle(
  known: Known,
  { type, spaceExternalId, title }: Pick<NewPage, 'type' | 'spaceExternalId' | 'title'>,
): Promise<PulledPage[]> {
  const query = new URLSearchParams({ type, spaceKey: spaceExternalId, title, limit: '25' })
  const answer = DcListing.parse(await known.client.getJson(`/rest/api/content?${query.toString()}&${EXPAND}`))
  const pages = await Promise.all(answer.results.map((result) => toPage(known, result)))
  return pages.toSorted((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0))
}

async function createPage(known: Known, page: NewPage): Promise<PulledPage> {
  const { type, spaceExternalId, parentExternalId, title, storage } = page
  const answer = await known.client.write('POST', `/rest/api/content?${EXPAND}`, {
    type,
    title,
    space: { key: spaceExternalId },
    ...(parentExternalId === null ? {} : { ancestors: [{ id: parentExternalId }] }),
    body: bodyOf(storage),
  })
  return answeredPage(known, answer)
}

async function updatePage(known: Known, update: PageUpdate): Promise<PulledPage> {
  const { type, externalId, version, title, storage, message, minorEdit } = update
  const answer = await known.client.write('PUT', pathOf(externalId), {
    type,
    title,
    status: 'current',
    version: { number: version, minorEdit, ...(message === '' ? {} : { message }) },
    body: bodyOf(storage),
  })
  return answeredPage(known, answer)
}

/** Out of the trash; nothing else changes with it, by the vendor's word. */
async function restorePage(client: Client, { type, externalId, title, version }: PulledPage): Promise<void> {
  await client.write('PUT', pathOf(externalId), { type, title, status: 'current', version: { number: version + 1 } })
}

/** Below another page, as an edit that changes the parent alone: a version of its own. Pages cannot be put in order there. */
async function movePage(known: Known, externalId: string, to: MoveTo): Promise<void> {
  if (to.position !== 'append')
    throw new Problem(
      422,
      'not-supported',
      'Confluence Data Center lets no program put a page before or after another. Move it below a page instead.',
    )
  const page = await readPage(known, `${pathOf(externalId)}?${EXPAND}`)
  if (page === undefined)
    throw new Upstream(new URL(known.client.base).host, 'not-found', 'The page is gone.', { status: 404 })
  // The body is sent along: without the present one the move would empty the page.
  if (page.storage === undefined)
    throw new Problem(502, 'not-moved', `“${page.title}” was not moved: Confluence did not tell its body.`)
  await known.client.write('PUT', pathOf(externalId), {
    type: page.type,
    title: page.title,
    version: { number: page.version + 1, minorEdit: true },
    ancestors: [{ id: to.externalId }],
    body: bodyOf(page.storage),
  })
}

function bodyOf(storage: string) {
  return { storage: { representation: 'storage', value: storage } }
}

/** The answer to a write, read once more where it does not carry the whole page. */
async function answeredPage(known: Known, answer: unknown): Promise<PulledPage> {
  const { id } = z.object({ id: z.coerce.string() }).parse(answer)
  return afterWrite(async () => {
    const page = await toPulled(known, answer)
    if (!('reason' in page) && page.storage !== undefined) return page
    return toPage(known, await known.client.getJson(`${pathOf(id)}?${EXPAND}`))
  })
}

const Restriction = z.object({
  restrictions: z.object({
    user: z.object({ results: z.array(z.object({ userKey: z.string() })) }),
    group: z.object({ results: z.array(z.object({ name: z.string() })) }),
  }),
})

/** The restrictions on changing that the page itself carries. */
async function listUpdaters(client: Client, externalId: string): Promise<Updaters> {
  const path = `${pathOf(externalId)}/restriction/byOperation/update?expand=restrictions.user,restrictions.group`
  const { user, group } = Restriction.parse(await client.getJson(path)).restrictions
  const accounts = user.results.map((one) => one.userKey)
  const groups = group.results.map((one) => one.name)
  return accounts.length + groups.length === 0 ? 'anyone' : { accounts, groups }
}

/** Adds a footer comment unless one with the same `once` is there. */
async function addComment(client: Client, to: PushedTo, text: string, once: string): Promise<void> {
  const comments = await readAll(
    client,
    `${pathOf(to.externalId)}/child/comment?expand=body.storage&location=footer`,
    100,
  )
  if (comments.some((comment) => JSON.stringify(comment).includes(once))) return
  await client.write('POST', '/rest/api/content', {
    type: 'comment',
    container: { id: to.externalId, type: to.type },
    body: bodyOf(commentOf(text, once)),
  })
}

/** A new attachment, or a new version of the one that has the name: two calls there, not one. */
async function attachFile(client: Client, externalId: string, file: NewFile): Promise<AttachedFile> {
  const former = await findFile(client, externalId, file.name)
  const path = `${pathOf(externalId)}/child/attachment`
  const answer = await client.write(
    'POST',
    former === undefined ? path : `${path}/${encodeURIComponent(former.externalId)}/data`,
    formOf(file),
  )
  const [attached] = toFiles(former === undefined ? answer : { results: [answer] })
  if (attached === undefined) throw new Error('an attached file was not answered')
  return attached
}
