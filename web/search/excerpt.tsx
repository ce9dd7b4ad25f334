import { splitMarks } from './marks.ts'

/** An excerpt with what matched marked. */
export function Excerpt({ html }: { html: string }) {
  return splitMarks(html).map(({ text, isMarked, start }) => (isMarked ? <mark key={start}>{text}</mark> : text))
}
