import { EditorState } from '@codemirror/state'
import { expect, it } from 'vitest'
import { keptLines } from './kept-lines.ts'

const kept = '<!-- keep 1: macro jira -->'
const text = `Before.\n\n${kept}\n\nBehind.`
const from = text.indexOf(kept)
const to = from + kept.length

function after(changes: { from: number; to?: number; insert?: string }): string {
  const state = EditorState.create({ doc: text, extensions: [keptLines()] })
  return state.update({ changes }).state.doc.toString()
}

it('gives what is typed beside a kept line a line of its own', () => {
  expect(after({ from: to, insert: 'B' })).toBe(`Before.\n\n${kept}\n\nB\n\nBehind.`)
  expect(after({ from, insert: 'B' })).toBe(`Before.\n\nB\n\n${kept}\n\nBehind.`)
})

it('lets a kept line be deleted whole, and moved', () => {
  expect(after({ from, to })).toBe('Before.\n\n\n\nBehind.')
  expect(after({ from: 0, to: text.length, insert: 'Anew.' })).toBe('Anew.')
})

it('lets nothing be typed into a kept line, and joins it to no other', () => {
  expect(after({ from: from + 5, insert: 'x' })).toBe(text)
  expect(after({ from: from + 5, to: to - 2 })).toBe(text)
  expect(after({ from: from - 2, to: from })).toBe(text)
})

it('leaves all other text alone', () => {
  expect(after({ from: 0, to: 6, insert: 'Ahead' })).toBe(text.replace('Before', 'Ahead'))
  expect(after({ from: to, insert: '\n' })).toBe(text.replace(kept, `${kept}\n`))
})
