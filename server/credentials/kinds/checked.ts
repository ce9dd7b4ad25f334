/** What became of the fields of a kind. No message ever repeats what was typed, because it may be the secret itself. */
export type Fault = { path: string; message: string }

export type Checked = {
  username: string | null
  header: string | null
  /** Undefined when none was given. */
  secret: string | undefined
  notes: string[]
  faults: Fault[]
}

/** Without a field that the kind cannot do without. */
export function missing(path: string, message: string): Checked {
  return { username: null, header: null, secret: undefined, notes: [], faults: [{ path, message }] }
}

export function hasControlCharacters(text: string): boolean {
  return /\p{Cc}/u.test(text)
}
