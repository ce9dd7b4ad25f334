import { createHash } from 'node:crypto'

/** What the hash of an audit row covers, beside the hash of the row before. */
export type Chained = {
  seq: number
  at: Date
  actor: string
  actorName: string | null
  action: string
  target: string
  detail: unknown
}

export const FIRST_HASH = '0'.repeat(64)

/** The row's link of the chain: sha256 over the hash before it and the row's fields in canonical JSON, in hex. */
export function chainHash(previous: string, row: Chained): string {
  const { seq, at, actor, actorName, action, target, detail } = row
  const text = canonicalJson([previous, seq, at.toISOString(), actor, actorName, action, target, detail])
  return createHash('sha256').update(text).digest('hex')
}

/** JSON with the keys of every object sorted and no white space: one text for one value. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`
}
