import { StreamLanguage, type StringStream } from '@codemirror/language'

/** Colours of Markdown, a line at a time; the parser of the preview decides what it means. */
export const markdownLanguage = StreamLanguage.define<{ fence: string }>({
  name: 'markdown',
  startState: () => ({ fence: '' }),
  token(stream, state) {
    if (stream.sol()) {
      const fence = stream.match(/^\s{0,3}(```+|~~~+)/, false)
      if (fence !== null && typeof fence === 'object') {
        const mark = fence[1] ?? ''
        if (state.fence === '') state.fence = mark
        else if (mark.startsWith(state.fence)) state.fence = ''
        stream.skipToEnd()
        return 'comment'
      }
      if (state.fence !== '') return wholeLine(stream, 'string')
      if (stream.match(/^#{1,6}\s/, false)) return wholeLine(stream, 'heading')
      if (stream.match(/^\s*(>\s?)+(\[![A-Z]+\])?/)) return 'comment'
      if (stream.match(/^\s*([-*+]|\d{1,9}[.)])\s(\[[ xX]\]\s)?/)) return 'atom'
    }
    if (state.fence !== '') return wholeLine(stream, 'string')
    if (stream.match(/^\\./)) return null
    if (stream.match(/^`[^`]+`/)) return 'string'
    if (stream.match(/^(\*\*|__)(?=\S)(.*?\S)\1/)) return 'strong'
    if (stream.match(/^([*_])(?=\S)([^*_]*?\S)\1(?!\w)/)) return 'emphasis'
    if (stream.match(/^!?\[[^\]]*\]\([^)]*\)/)) return 'link'
    if (stream.match(/^https?:\/\/[^\s<>]+/)) return 'link'
    stream.next()
    stream.eatWhile(/[^\\`*_![\]h]/)
    return null
  },
})

type StorageState = { inside: '' | 'tag' | 'cdata' | 'comment' }

/** Colours of storage format: XML's tags, attributes and entities. */
export const storageLanguage = StreamLanguage.define<StorageState>({
  name: 'storage',
  startState: () => ({ inside: '' }),
  token(stream, state) {
    if (state.inside === 'cdata') return until(stream, state, ']]>', 'string')
    if (state.inside === 'comment') return until(stream, state, '-->', 'comment')
    if (state.inside === 'tag') return inTag(stream, state)
    if (stream.match('<![CDATA[')) {
      state.inside = 'cdata'
      return 'comment'
    }
    if (stream.match('<!--')) {
      state.inside = 'comment'
      return 'comment'
    }
    if (stream.match(/^<\/?[\w:-]+/)) {
      state.inside = 'tag'
      return 'atom'
    }
    if (stream.match(/^&#?\w+;/)) return 'number'
    stream.next()
    stream.eatWhile(/[^<&]/)
    return null
  },
})

function inTag(stream: StringStream, state: StorageState): string | null {
  if (stream.match(/^\/?>/)) {
    state.inside = ''
    return 'atom'
  }
  if (stream.match(/^"[^"]*"|^'[^']*'/)) return 'string'
  if (stream.match(/^[\w:-]+/)) return 'number'
  stream.next()
  return null
}

function until(stream: StringStream, state: StorageState, end: string, token: string): string {
  if (stream.skipTo(end)) {
    stream.match(end)
    state.inside = ''
  } else stream.skipToEnd()
  return token
}

function wholeLine(stream: StringStream, token: string): string {
  stream.skipToEnd()
  return token
}
