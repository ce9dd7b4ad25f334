/** What reading a file for search came to. `detail`: why not, or what is odd about it, in a person's words. */
export type TextOutcome = { state: 'extracted' | 'none' | 'failed'; text: string; detail: string }

/** Of a longer text the rest is not found. */
export const TEXT_CHARACTERS = 200_000

/** What a file is broken or too large for, in a person's words. */
export class Unreadable extends Error {}

/** Gathers text up to the limit; `isFull` says that no more is wanted. */
export type Gathering = { text: string; readonly isFull: boolean; add: (more: string) => void; newLine: () => void }

export function gather(): Gathering {
  return {
    text: '',
    get isFull() {
      return this.text.length >= TEXT_CHARACTERS
    },
    add(more) {
      if (!this.isFull) this.text += more
    },
    newLine() {
      if (this.text !== '' && !this.text.endsWith('\n')) this.text += '\n'
    },
  }
}

export function extracted(text: string): TextOutcome {
  const cut = text.slice(0, TEXT_CHARACTERS).toWellFormed().replaceAll('\0', '').trim()
  const isCut = text.length > TEXT_CHARACTERS
  const detail = isCut ? `Of a longer text the first ${TEXT_CHARACTERS.toLocaleString('en')} characters are found.` : ''
  return { state: 'extracted', text: cut, detail }
}

export function none(detail = ''): TextOutcome {
  return { state: 'none', text: '', detail }
}
