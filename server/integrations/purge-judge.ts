/** What became of documents that were thrown away: asked for one by one, shortly before they would go for good. */
import { nodeType } from '#server/connectors/confluence/nodes.ts'
import type { Source } from '#server/connectors/confluence/source.ts'
import { Upstream } from '#server/platform/problem.ts'
import type { Candidate } from './purge-store.ts'

/** `unseen`: gone for good, or restored and then hidden from the key. Nothing tells which, so it proves nothing. */
export type Judged = Record<'trashed' | 'living' | 'unseen', Candidate[]>
type Asked = Pick<Source, 'client' | 'pageState' | 'findNode' | 'isKeyAccepted'>

/** Throws when one of them cannot be asked for: then nothing is known of the others either. */
export async function judge(source: Asked, candidates: readonly Candidate[], signal: AbortSignal): Promise<Judged> {
  const judged: Judged = { trashed: [], living: [], unseen: [] }
  for (const candidate of candidates) {
    signal.throwIfAborted()
    judged[await fateOf(source, candidate)].push(candidate)
  }
  // Confluence hides a rejected key behind "not found".
  if (judged.unseen.length > 0 && !(await source.isKeyAccepted())) {
    const { host } = new URL(source.client.base)
    throw new Upstream(host, 'key-rejected', `${host} no longer accepts the API key.`)
  }
  return judged
}

async function fateOf(source: Asked, { externalId, type }: Candidate): Promise<keyof Judged> {
  const kind = nodeType(type)
  if (kind !== undefined) {
    const node = await source.findNode(kind, externalId)
    if (node === undefined) return 'unseen'
    return node.status === 'trashed' ? 'trashed' : 'living'
  }
  const state = await source.pageState(externalId)
  return state === 'gone' ? 'unseen' : state === 'elsewhere' ? 'living' : state
}
