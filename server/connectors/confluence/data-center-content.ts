/** A page or blog post of Confluence Data Center in our own shape. */
import type { Client } from './client.ts'
import { accountOf, DcContent, DcLabel, type DcPerson } from './data-center-answers.ts'
import { readAll } from './data-center-listing.ts'
import { toDate, toPosition, toStatus, type PulledPage, type Unreadable } from './pull.ts'

/** What one Data Center has shown of itself so far. */
export type Known = {
  client: Client
  /** Whether it knows `content/scan`, which came with 7.18; undefined until it was asked. */
  scans: Promise<boolean> | undefined
  /** Display names by account, as pages named them. */
  people: Map<string, string>
}

/** What `toPulled` needs of a page, but its body. */
export const CONTENT_EXPANDS = 'space,version,ancestors,history,metadata.labels'
const MOST_PEOPLE = 20_000

/** A row of a list or a search as a page, or why it is none. */
export async function toPulled(known: Known, result: unknown): Promise<PulledPage | Unreadable> {
  const parsed = DcContent.safeParse(result)
  if (!parsed.success) return describeUnreadable(result)
  const page = parsed.data
  const { version, history } = page
  remember(known, version.by)
  remember(known, history?.createdBy)
  const parent = page.ancestors?.at(-1)?.id ?? null
  return {
    externalId: page.id,
    type: page.type,
    status: toStatus(page.status),
    title: page.title,
    spaceExternalId: page.space.key,
    parentExternalId: parent,
    parentType: parent === null ? null : 'page',
    position: toPosition(page.extensions?.position),
    version: version.number,
    versionAt: toDate(version.when),
    versionAuthor: accountOf(version.by),
    versionMessage: version.message ?? '',
    minorEdit: version.minorEdit ?? false,
    author: accountOf(history?.createdBy),
    createdAt: toDate(history?.createdDate),
    webPath: page._links?.webui ?? null,
    storage: page.body?.storage?.value,
    labels: await labelsOf(known.client, page),
  }
}

/** Expanded labels are cut off at the server's limit; of a page with more, all are asked for. */
async function labelsOf(client: Client, page: DcContent): Promise<string[]> {
  const labels = page.metadata?.labels
  const isCut = labels?.limit != null && labels.results.length >= labels.limit
  const rows = isCut || labels == null ? await listDcLabels(client, page.id) : labels.results
  return rows.filter((label) => label.prefix !== 'my').map((label) => label.name)
}

/** The labels of one page or blog post as they are now; Upstream `not-found` when the key cannot see it. */
export async function listDcLabels(client: Client, id: string): Promise<DcLabel[]> {
  const rows = await readAll(client, `/rest/api/content/${encodeURIComponent(id)}/label`, 200)
  return rows.flatMap((row) => DcLabel.safeParse(row).data ?? [])
}

/** Keeps a name that came along, so that it need not be asked for. */
export function remember({ people }: Known, person: DcPerson | null | undefined): void {
  const account = accountOf(person)
  if (account !== null && person?.displayName && people.size < MOST_PEOPLE) people.set(account, person.displayName)
}

function describeUnreadable(result: unknown): Unreadable {
  const has = typeof result === 'object' && result !== null ? result : {}
  const id = 'id' in has && (typeof has.id === 'string' || typeof has.id === 'number') ? String(has.id) : 'unknown'
  const title = 'title' in has && typeof has.title === 'string' ? has.title.slice(0, 500) : ''
  return { externalId: id, title, reason: 'Confluence sent this item in a form that is not a page.' }
}
