/** A bearer token, sent as `Authorization: Bearer …` (RFC 6750 §2.1). */
import type { Checked } from './checked.ts'

/** Takes off the white space around the token and a `Bearer ` that was pasted with it, each with a note. */
export function checkBearer(given: string | undefined): Checked {
  if (given === undefined) return { username: null, header: null, secret: undefined, notes: [], faults: [] }
  const trimmed = given.trim()
  const token = trimmed.replace(/^bearer(\s+|$)/i, '')
  const notes = [
    ...(trimmed === given ? [] : ['White space around the token was taken off.']),
    ...(token === trimmed
      ? []
      : ['The word "Bearer" before the token was taken off: it is added when the token is sent.']),
  ]
  const fault = faultOf(token)
  const faults = fault === undefined ? [] : [{ path: 'bearer.token', message: fault }]
  return { username: null, header: null, secret: token, notes, faults }
}

function faultOf(token: string): string | undefined {
  if (token === '') return 'The token is empty.'
  if (/^authorization\s*:/i.test(token)) return 'Paste the token alone, without "Authorization:".'
  if (/\s/.test(token)) return 'The token contains white space. Was more than the token pasted?'
  if (!/^[\u0021-\u007e]+$/.test(token))
    return 'The token contains a character that a header cannot carry: only visible ASCII is possible.'
  return undefined
}
