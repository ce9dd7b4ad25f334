/**
 * One Confluence as a sync and a publish see it, whatever its deployment: what can be read there, in shapes of our own. Cloud
 * and Data Center each fill it in (cloud.ts, data-center.ts); nobody else asks which of them it is.
 */
import type { ChangedItem, ChangeSearch } from './changed.ts'
import type { EgressResponse } from '#server/egress/fetch.ts'
import type { Client, FileLimits } from './client.ts'
import type { NodeType, PulledNode } from './nodes.ts'
import type { PartBatch, PartKind, PartList, PulledAttachment, PulledComment, PulledVersion } from './parts.ts'
import type { PageList, PulledBatch, PulledSpace } from './pull.ts'
import type { Pushing } from './pushing.ts'
import type { Marks, PulledAccount, PulledGroup, Restriction } from './readers.ts'

export type Source = {
  /** What it is asked through: counts requests, knows the server's time. */
  readonly client: Client
  /** Whether all pages come with their labels. Where they do, `listLabels` and `walkLabelled` have nothing to tell. */
  readonly labelsWithPages: boolean
  /** All spaces that the key can see: global, personal, archived. */
  listSpaces: () => Promise<PulledSpace[]>
  /** Whether a space that is missing in the list is hidden from the key or gone, asked for singly. Throws Upstream when it cannot be told. */
  isSpaceHidden: (externalId: string) => Promise<boolean>
  /** Walks pages or blog posts to their proper end, or throws; `cursor` resumes where a former walk stood. */
  walkPages: (list: PageList, cursor: string | null) => AsyncGenerator<PulledBatch>
  /** Whether `walkPages` can begin with the newest change. Where it cannot, `walkChanged` tells what is new. */
  readonly sortsByChange: boolean
  /** What the search says was changed since then: rather too much, for it reads dates in a time zone that nobody tells. */
  walkChanged: (search: ChangeSearch) => AsyncGenerator<ChangedItem[]>
  /** Pages or blog posts of these ids (at most 250) with bodies; ids that are gone are simply not among them. */
  getPages: (kind: 'pages' | 'blogposts', ids: readonly string[]) => Promise<PulledBatch>
  /** What became of a page or blog post that a list no longer shows. */
  pageState: (externalId: string) => Promise<'gone' | 'trashed' | 'elsewhere'>
  /** How many pages there are, about: for the progress bar. */
  countPages: (spaceKeys: 'all' | readonly string[]) => Promise<number | undefined>
  listLabels: () => Promise<string[]>
  /** Batches of external id → label names, of everything that has one of these labels. */
  walkLabelled: (
    names: readonly string[],
    spaceKeys: 'all' | readonly string[],
  ) => AsyncGenerator<ReadonlyMap<string, string[]>>
  /** What kind of content each id is; ids that are gone or hidden are missing. */
  findTypes: (ids: readonly string[]) => Promise<Map<string, string>>
  /** Those of the folders that a bulk read tells all about; what is missing is to be asked for singly. */
  findFolders: (ids: readonly string[], children: ReadonlyMap<string, string>) => Promise<Map<string, PulledNode>>
  findNode: (type: NodeType, externalId: string) => Promise<PulledNode | undefined>
  /** Display names of accounts by id; hidden and deleted ones are missing. */
  findPeople: (accountIds: readonly string[]) => Promise<Map<string, string>>
  /** Attachments of everything that the key sees, to the list's proper end, or throws. Newest change first where it can. */
  walkAttachments: (list: PartList) => AsyncGenerator<PartBatch<PulledAttachment>>
  /** Footer or inline comments of everything, answers to comments included. */
  walkComments: (kind: PulledComment['kind'], list: PartList) => AsyncGenerator<PartBatch<PulledComment>>
  /** Whether a part that a list no longer shows is still there, asked for singly. */
  hasPart: (kind: PartKind, externalId: string) => Promise<boolean>
  /** The bytes of an attachment's newest version, unread. */
  openFile: (file: { pageExternalId: string; externalId: string }, limits: FileLimits) => Promise<EgressResponse>
  /** A page or blog post as it was in that version; undefined when the source does not keep it, or hides it. */
  getVersion: (externalId: string, number: number) => Promise<PulledVersion | undefined>
  /** Principals (account:ID, group:ID, class:NAME …) that may read the space. Throws Upstream when it is not told to the end. */
  listSpaceReaders: (space: { externalId: string; key: string }) => Promise<string[]>
  /** Batches of external id → who alone may read it by what is set on itself, and its labels, of all that a bulk read shows. */
  walkMarks: (spaceKeys: 'all' | readonly string[]) => AsyncGenerator<ReadonlyMap<string, Marks>>
  /** The same of each of these ids, singly where it must be; in `failed`, a sentence, why it is not told. */
  findRestrictions: (ids: readonly string[]) => Promise<Map<string, Restriction>>
  /** Account ids in a group, to the list's end, and its name. Throws Upstream. */
  groupMembers: (groupId: string) => Promise<PulledGroup>
  /** Whether each account costs a request: then only those that somebody is linked to are asked about `again`. */
  readonly asksAccountsSingly: boolean
  /** Names and e-mail addresses by account id, as far as they are shown; unknown ones are missing. `again`: nothing met before will do. */
  findAccounts: (accountIds: readonly string[], again: boolean) => Promise<Map<string, PulledAccount>>
  /** Everything that changes content there. */
  readonly push: Pushing
  /** Whether the key is still accepted as somebody's. */
  isKeyAccepted: () => Promise<boolean>
}
