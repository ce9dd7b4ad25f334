import { attribute, type Element } from '../element.ts'
import { addInline, type Sink } from './sink.ts'

/** The names of the editor's first set of emoticons, which carry no emoji of their own. */
const EMOTICONS = new Map(
  Object.entries({
    smile: '🙂',
    sad: '🙁',
    cheeky: '😛',
    laugh: '😃',
    wink: '😉',
    'thumbs-up': '👍',
    'thumbs-down': '👎',
    information: 'ℹ️',
    tick: '✅',
    cross: '❌',
    warning: '⚠️',
    plus: '➕',
    minus: '➖',
    question: '❓',
    'light-on': '💡',
    'light-off': '💡',
    'yellow-star': '⭐',
    'red-star': '⭐',
    'green-star': '⭐',
    'blue-star': '⭐',
    heart: '❤️',
    'broken-heart': '💔',
  }),
)

/** An emoticon as the character it shows: its fallback, its code points, its name, in this order. */
export function emoticon(element: Element, sink: Sink): void {
  const fallback = attribute(element, 'ac:emoji-fallback')
  const shortName = attribute(element, 'ac:emoji-shortname')
  const name = attribute(element, 'ac:name') ?? ''
  const value =
    (fallback && !/^:.*:$/.test(fallback) ? fallback : undefined) ??
    fromCodePoints(attribute(element, 'ac:emoji-id')) ??
    EMOTICONS.get(name) ??
    (fallback || shortName || (name && `:${name}:`))
  if (value) addInline(sink, { type: 'text', value })
}

/** "1f44d-1f3fb" as characters; ids of a site's own emoji are no code points. */
function fromCodePoints(id: string | undefined): string | undefined {
  if (!id || !/^[0-9a-f]{2,6}(?:-[0-9a-f]{2,6}){0,9}$/i.test(id)) return undefined
  const points = id.split('-').map((part) => Number.parseInt(part, 16))
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : undefined
}
