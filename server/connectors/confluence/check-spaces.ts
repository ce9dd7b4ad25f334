import { fail, pass, type CheckOutcome } from './check-outcome.ts'

const NAME = 'Spaces'
const SPACES_SHOWN = 25
/** The vendor takes 250; keys of 255 characters would make that address too long. */
const KEYS_PER_REQUEST = 50

/** A space's key never changes; its alias, which stands in addresses, may be another. */
export type SeenSpace = { key: string; alias?: string | null | undefined }

export type SpaceReading = {
  /** At most `limit` spaces, or those with these keys. */
  some: (limit: number, keys: readonly string[], step: string) => Promise<readonly SeenSpace[]>
  /** All, where spaces have aliases: no filter asks for these. */
  all?: (step: string) => Promise<readonly SeenSpace[]>
}

/** Whether the account sees any space, or all chosen ones. A space may be chosen by its alias: then the keys are in `outcome.spaces`. */
export async function checkChosenSpaces(
  outcome: CheckOutcome,
  chosen: 'all' | readonly string[],
  read: SpaceReading,
): Promise<void> {
  if (chosen === 'all') {
    const { length } = await read.some(SPACES_SHOWN, [], NAME)
    if (length === 0) {
      const detail = 'The account sees no space. Give it access to at least one space in Confluence.'
      throw fail(outcome, NAME, 'no-space', detail)
    }
    const many = length === SPACES_SHOWN ? `at least ${SPACES_SHOWN}` : String(length)
    return pass(outcome, NAME, `The account sees ${many} ${length === 1 ? 'space' : 'spaces'}.`)
  }
  const keys = await findKeys(chosen, read)
  const missing = chosen.filter((name) => !keys.has(name))
  if (missing.length > 0) {
    const more = missing.length > 10 ? ` and ${missing.length - 10} more` : ''
    const detail = `The account does not see ${missing.slice(0, 10).join(', ')}${more}. Check the keys, or give the account access.`
    throw fail(outcome, NAME, 'space-not-found', detail)
  }
  const renamed = chosen.filter((name) => keys.get(name) !== name)
  if (renamed.length > 0) outcome.spaces = [...new Set(keys.values())]
  const seen = chosen.length === 1 ? 'The account sees the chosen space.' : 'The account sees all chosen spaces.'
  const known = renamed.slice(0, 10).map((name) => ` ${name} is the space with the key ${keys.get(name)}.`)
  pass(outcome, NAME, seen + known.join(''))
}

/** The key of each chosen space that the account sees, by what it was called. A key goes before an alias that reads the same. */
async function findKeys(chosen: readonly string[], read: SpaceReading): Promise<Map<string, string>> {
  const seen: SeenSpace[] = []
  for (let start = 0; start < chosen.length; start += KEYS_PER_REQUEST)
    seen.push(...(await read.some(KEYS_PER_REQUEST, chosen.slice(start, start + KEYS_PER_REQUEST), NAME)))
  const known = new Set(seen.map(({ key }) => key))
  if (read.all !== undefined && chosen.some((name) => !known.has(name))) seen.push(...(await read.all(NAME)))
  const byName = new Map<string, string>()
  for (const { key, alias } of seen) if (alias) byName.set(alias, key)
  for (const { key } of seen) byName.set(key, key)
  const keys = new Map<string, string>()
  for (const name of chosen) {
    const key = byName.get(name)
    if (key !== undefined) keys.set(name, key)
  }
  return keys
}
