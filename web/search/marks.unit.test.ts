import { describe, expect, it } from 'vitest'
import { splitMarks } from './marks.ts'

describe('splitMarks', () => {
  it('separates what matched from the rest', () => {
    expect(splitMarks('a <mark>lock</mark> gate')).toEqual([
      { text: 'a ', isMarked: false, start: 0 },
      { text: 'lock', isMarked: true, start: 8 },
      { text: ' gate', isMarked: false, start: 19 },
    ])
  })

  it('shows escaped markup as the text it is', () => {
    const [piece] = splitMarks('&lt;img src=x onerror=&quot;1&quot;&gt; &amp;lt;')
    expect(piece).toEqual({ text: '<img src=x onerror="1"> &lt;', isMarked: false, start: 0 })
  })

  it('takes any other tag for text', () => {
    expect(splitMarks('<b>x</b>')).toEqual([{ text: '<b>x</b>', isMarked: false, start: 0 }])
  })
})
