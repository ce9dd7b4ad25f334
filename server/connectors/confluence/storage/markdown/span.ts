import { collapsed, isWhite } from '../white-space.ts'
import type { Line } from './line.ts'

/** Code within a line, its fence longer than any run of backticks inside. */
export function codeSpan(raw: string, line: Line): string {
  const value = collapsed(raw)
  // "\|" has no spelling in a table's code span, and two spans side by side would share their backticks.
  if (line.last === '`' || isWhite(value) || (line.inTable && /\\(?:\||$)|\\\\/.test(value)))
    return codeTag(value, line)
  const fence = fenceFor(value, '`', 1)
  const padded = /^`|`$|^ .* $/.test(value) ? ` ${value} ` : value
  return fence + (line.inTable ? padded.replaceAll('|', '\\|') : padded) + fence
}

/** A run of `character` longer than any in the text, at least `least` long. */
export function fenceFor(text: string, character: '`' | '~', least: number): string {
  if (!text.includes(character.repeat(least))) return character.repeat(least)
  let longest = 0
  let run = 0
  for (let i = 0; i < text.length; i++) {
    run = text[i] === character ? run + 1 : 0
    if (run > longest) longest = run
  }
  return character.repeat(Math.max(least, longest + 1))
}

function codeTag(value: string, line: Line): string {
  const escaped = value
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_[\]~!]/g, '\\$&')
    .replace(/:\/\//g, '\\://')
  return `<code>${line.inTable ? escaped.replaceAll('|', '\\|') : escaped}</code>`
}
