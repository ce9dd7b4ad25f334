/** User name and password, as RFC 7617 sends them: UTF-8, no colon in the name, no control characters. */
import { hasControlCharacters, missing, type Checked, type Fault } from './checked.ts'

/** `known`: the stored user name, kept when none is given. White space is kept too: it may belong to the password. */
export function checkBasic(
  { username: given, password }: { username?: string | undefined; password: string | undefined },
  known: string | null,
): Checked {
  const username = given ?? known
  if (username === null) return missing('basic.username', 'Give the username.')
  const faults = [
    ...checkUsername(username),
    ...(password === undefined ? [] : checkText('basic.password', 'The password', password)),
  ]
  const notes = [...noteSpace('username', given), ...noteSpace('password', password)]
  return { username, header: null, secret: password, notes, faults }
}

function checkUsername(username: string): Fault[] {
  const path = 'basic.username'
  if (!username.includes(':')) return checkText(path, 'The username', username)
  return [{ path, message: 'A username cannot contain a colon: the far side would end the name there.' }]
}

function checkText(path: string, what: string, text: string): Fault[] {
  if (hasControlCharacters(text))
    return [{ path, message: `${what} contains a line break, a tab or another control character.` }]
  if (!text.isWellFormed()) return [{ path, message: `${what} contains half a character, which UTF-8 cannot carry.` }]
  return []
}

function noteSpace(what: string, text: string | undefined): string[] {
  if (text === undefined || text === text.trim()) return []
  return [`The ${what} begins or ends with white space; it was kept.`]
}
