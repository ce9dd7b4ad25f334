/**
 * What each UTF-16 code unit is to the words of a text. Most units mean the same whatever stands beside them, so that
 * most text is cut in one pass over numbers, without a string made, lowered or matched on the way.
 */
import { fold } from './fold.ts'

/** Between words. */
export const GAP = -1
/** What it becomes depends on what else is in its line, or is not one letter: the line is folded as a whole. */
export const REFOLD = -2

const LETTER = /^[\p{L}\p{N}]$/u
const IN_WORD = /[\p{L}\p{N}\p{M}]/u
const JOINER = /^[-._/:@+\\\u2010\u2011]$/
/** Halves of pairs, jamo that compose with a neighbour, and the sigma that is written otherwise at the end of a word. */
const TIED = /[\ud800-\udfff\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u03a3]/

/** `fold` lowers first: `™` becomes `TM`, which is a word only in a line that holds more than ASCII. */
const CAPITAL = /[A-Z]/

/** By unit, 0 while unknown. Filled as units are met: what a letter folds to is for `fold` alone to say. */
const kinds = new Int32Array(0x1_0000)

/** A letter's or digit's folded unit; of what joins a compound its unit, negative; else `GAP` or `REFOLD`. */
export function kindOf(unit: number): number {
  return kinds[unit] || learnKind(unit)
}

function learnKind(unit: number): number {
  const kind = judge(String.fromCharCode(unit))
  kinds[unit] = kind
  return kind
}

function judge(character: string): number {
  const folded = fold(character)
  if (folded === '' || TIED.test(character) || TIED.test(folded) || CAPITAL.test(folded)) return REFOLD
  if (LETTER.test(folded)) return folded.charCodeAt(0)
  if (JOINER.test(folded)) return -folded.charCodeAt(0)
  // `…` becomes three points, which join nothing.
  return IN_WORD.test(folded) ? REFOLD : GAP
}
