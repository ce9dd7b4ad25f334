import { fail, pass, type CheckOutcome } from './check-outcome.ts'

const NAME = 'Spaces'
const SPACES_SHOWN = 25
/** The vendor takes 250; keys of 255 characters would make that address too long. */
const KEYS_PER_REQUEST = 50

/** Whether the account sees any space, or all chosen ones. `read` asks for the keys of at most `limit` spaces, or of those with these keys. */
export async function checkChosenSpaces(
  outcome: CheckOutcome,
  chosen: 'all' | readonly string[],
  read: (limit: number, keys: readonly string[], step: string) => Promise<readonly string[]>,
): Promise<void> {
  if (chosen === 'all') {
    const { length } = await read(SPACES_SHOWN, [], NAME)
    if (length === 0) {
      const detail = 'The account sees no space. Give it access to at least one space in Confluence.'
      throw fail(outcome, NAME, 'no-space', detail)
    }
    const many = length === SPACES_SHOWN ? `at least ${SPACES_SHOWN}` : String(length)
    return pass(outcome, NAME, `The account sees ${many} ${length === 1 ? 'space' : 'spaces'}.`)
  }
  const visible = new Set<string>()
  for (let start = 0; start < chosen.length; start += KEYS_PER_REQUEST) {
    const keys = chosen.slice(start, start + KEYS_PER_REQUEST)
    for (const key of await read(KEYS_PER_REQUEST, keys, NAME)) visible.add(key)
  }
  const missing = chosen.filter((key) => !visible.has(key))
  if (missing.length > 0) {
    const more = missing.length > 10 ? ` and ${missing.length - 10} more` : ''
    const detail = `The account does not see ${missing.slice(0, 10).join(', ')}${more}. Check the keys, or give the account access.`
    throw fail(outcome, NAME, 'space-not-found', detail)
  }
  pass(
    outcome,
    NAME,
    chosen.length === 1 ? 'The account sees the chosen space.' : 'The account sees all chosen spaces.',
  )
}
