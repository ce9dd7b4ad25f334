/**
 * What can be changed in one Confluence, in shapes of our own; part of a Source, filled in for each deployment. Every write
 * is one request that is never repeated: whoever calls asks `outcomeOf` what became of one that failed.
 */
import type { Client } from './client.ts'
import { attachFile, findFile, type AttachedFile, type NewFile } from './push-file.ts'
import {
  createPage,
  findByTitle,
  isLiveDocument,
  listUpdaters,
  movePage,
  readDraft,
  readPage,
  restorePage,
  trashPage,
  updatePage,
  type MoveTo,
  type NewPage,
  type PageUpdate,
  type Updaters,
} from './push-page.ts'
import { addComment, addLabels, listLabelsOf, removeLabel, type PushedTo } from './push.ts'
import type { PulledPage } from './pull.ts'

export type Pushing = {
  /** A page or blog post as it is now, with its body and whatever its status; undefined: gone, or hidden from the key. */
  readPage: (to: PushedTo) => Promise<PulledPage | undefined>
  /** One of its former versions, with its body; undefined: there is none. */
  readVersion: (to: PushedTo, version: number) => Promise<PulledPage | undefined>
  /** What the editor holds: what somebody wrote there and has not published, or the page as it is (status `current`). */
  readDraft: (to: PushedTo) => Promise<PulledPage | undefined>
  /** Whether it is a live document: what is typed in it counts at once, without being published. */
  isLive: (to: PushedTo) => Promise<boolean>
  /** Of a space, with bodies, newest first: a page's title is one page's, blog posts may share one. */
  findByTitle: (where: Pick<NewPage, 'type' | 'spaceExternalId' | 'title'>) => Promise<PulledPage[]>
  createPage: (page: NewPage) => Promise<PulledPage>
  updatePage: (update: PageUpdate) => Promise<PulledPage>
  trashPage: (to: PushedTo) => Promise<void>
  restorePage: (trashed: PulledPage) => Promise<void>
  movePage: (externalId: string, to: MoveTo) => Promise<void>
  listUpdaters: (externalId: string) => Promise<Updaters>
  addLabels: (to: PushedTo, names: readonly string[]) => Promise<void>
  removeLabel: (to: PushedTo, name: string) => Promise<void>
  listLabelsOf: (to: PushedTo) => Promise<string[]>
  /** Once for each `once`, however often it is called. */
  addComment: (to: PushedTo, text: string, once: string) => Promise<void>
  attachFile: (to: PushedTo, file: NewFile) => Promise<AttachedFile>
  findFile: (to: PushedTo, name: string) => Promise<AttachedFile | undefined>
}

/** Of Confluence Cloud. */
export function openPushing(client: Client): Pushing {
  return {
    readPage: (to) => readPage(client, to),
    readVersion: (to, version) => readPage(client, to, `&version=${version}`),
    readDraft: (to) => readDraft(client, to),
    isLive: (to) => isLiveDocument(client, to),
    findByTitle: (where) => findByTitle(client, where),
    createPage: (page) => createPage(client, page),
    updatePage: (update) => updatePage(client, update),
    trashPage: (to) => trashPage(client, to),
    restorePage: (trashed) => restorePage(client, trashed),
    movePage: (externalId, to) => movePage(client, externalId, to),
    listUpdaters: (externalId) => listUpdaters(client, externalId),
    addLabels: (to, names) => addLabels(client, to, names),
    removeLabel: (to, name) => removeLabel(client, to, name),
    listLabelsOf: (to) => listLabelsOf(client, to.externalId),
    addComment: (to, text, once) => addComment(client, to, text, once),
    attachFile: (to, file) => attachFile(client, to.externalId, file),
    findFile: (to, name) => findFile(client, to.externalId, name),
  }
}
