/** What an import would do with each credential of a file: judged like a new one, named beside those that are there. */
import { NewCredential, type ImportReport } from '#schema/credential.ts'
import { checkSecret } from './check-secret.ts'
import { readDomainList } from './domain-list.ts'
import { nameKey } from './name-key.ts'
import type { Transferred } from './transfer-file.ts'

type Item = ImportReport['items'][number]

/** A credential that may be stored as it stands. */
export type Judged = Pick<NewCredential, 'name' | 'kind' | 'allowHttp' | 'expiryPolicy'> & {
  username: string | null
  header: string | null
  secret: string
  domains: string[]
  expiresAt: Date | null
}
/** `write` holds what is to be stored, under the name it gets. */
export type Planned = { item: Item; write: Judged | undefined }

/** `taken`: the names of the scope as names are compared. A name that stands twice in the file is taken by its first bearer. */
export function planImport(
  credentials: readonly Transferred[],
  taken: ReadonlySet<string>,
  onConflict: 'skip' | 'rename',
): Planned[] {
  const names = new Set(taken)
  const giveName = openNames(names)
  return credentials.map((credential) => {
    const { kind } = credential
    const judged = judge(credential)
    if (typeof judged === 'string') return { item: tell(credential, 'refused', judged), write: undefined }
    const { name } = judged
    const isTaken = names.has(nameKey(name))
    if (isTaken && onConflict === 'skip')
      return { item: tell(judged, 'skipped', 'There is a credential of this name.'), write: undefined }
    const free = isTaken ? giveName(name) : name
    names.add(nameKey(free))
    const write = { ...judged, name: free }
    if (!isTaken) return { item: tell(judged, 'created'), write }
    return { item: { name, kind, outcome: 'renamed', newName: free, reason: null }, write }
  })
}

/** The credential by the rules of making one, or why it cannot be. No reason repeats a value. */
function judge(given: Transferred): Judged | string {
  const read = NewCredential.safeParse({ ...fieldsOf(given), remind: [] })
  if (!read.success) return say(read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })))
  const input = read.data
  const { username, header, secret, faults } = checkSecret(input.kind, input)
  const list = readDomainList(input.domains)
  const all = [...faults, ...list.faults]
  if (all.length > 0 || secret === undefined) return say(all)
  const { name, kind, allowHttp, expiryPolicy } = input
  const expiresAt = given.expiresAt === null ? null : new Date(given.expiresAt)
  return { name, kind, username, header, secret, domains: list.domains, allowHttp, expiresAt, expiryPolicy }
}

function fieldsOf({ username, header, secret, ...rest }: Transferred) {
  switch (rest.kind) {
    case 'basic':
      return { ...rest, basic: { username: username ?? '', password: secret } }
    case 'bearer':
      return { ...rest, bearer: { token: secret } }
    case 'custom':
      return { ...rest, custom: { header: header ?? '', value: secret } }
    default:
      throw new Error(`unknown kind ${String(rest.kind satisfies never)}`)
  }
}

function say(faults: readonly { path: string; message: string }[]): string {
  const [first] = faults
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  return first === undefined ? 'It has no secret.' : `${first.path}: ${first.message}${more}`
}

/** A name that is none may be long, or hold what a terminal obeys. */
function tell({ name, kind }: Pick<Transferred, 'name' | 'kind'>, outcome: Item['outcome'], reason?: string): Item {
  const shown = name.replaceAll(/\p{Cc}/gu, '\uFFFD').slice(0, 100)
  return { name: shown, kind, outcome, newName: null, reason: reason ?? null }
}

/**
 * Free names after taken ones. Counts on from where it stood for names that are cut to the same, so that a file of one name
 * ten thousand times is no work.
 */
function openNames(names: ReadonlySet<string>): (name: string) => string {
  const counts = new Map<string, number>()
  return (name) => {
    const key = nameKey(name.slice(0, 90))
    for (let number = counts.get(key) ?? 2; ; number += 1) {
      const end = ` (${number})`
      const free = `${name.slice(0, 100 - end.length).toWellFormed()}${end}`
      if (names.has(nameKey(free))) continue
      counts.set(key, number + 1)
      return free
    }
  }
}
