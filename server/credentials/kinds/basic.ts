/** User name and password, as RFC 7617 sends them: UTF-8, no colon in the name, no control characters. */
import { hasControlCharacters, type Checked, type Fault } from './checked.ts'

/** The password is taken as it stands: white space around it may belong to it. */
export function checkBasic(username: string, password: string | undefined): Checked {
  const faults: Fault[] = []
  if (username.includes(':'))
    faults.push({
      path: 'basic.username',
      message: 'A user name cannot contain a colon: the far side would end the name there.',
    })
  else faults.push(...checkText('basic.username', 'The user name', username))
  if (password !== undefined) faults.push(...checkText('basic.password', 'The password', password))
  const notes = [
    ...noteSpace('user name', username),
    ...(password === undefined ? [] : noteSpace('password', password)),
  ]
  return { username, header: null, secret: password, notes, faults }
}

function checkText(path: string, what: string, text: string): Fault[] {
  if (hasControlCharacters(text))
    return [{ path, message: `${what} contains a line break, a tab or another control character.` }]
  if (!text.isWellFormed()) return [{ path, message: `${what} contains half a character, which UTF-8 cannot carry.` }]
  return []
}

function noteSpace(what: string, text: string): string[] {
  return text === text.trim() ? [] : [`The ${what} begins or ends with white space; it was kept.`]
}
