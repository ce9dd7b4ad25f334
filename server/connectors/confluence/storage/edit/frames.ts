import type { Piece } from '../blocks.ts'

/**
 * What a container is called that would be opened and not closed, closed and not opened, or closed in the wrong order, when of
 * `all` pieces those of `kept` stay, in that order; undefined where everything nests.
 */
export function brokenFrame(all: readonly Piece[], kept: readonly (Piece | undefined)[]): string | undefined {
  const names = new Map<number, string>()
  for (const { opens, label } of all) for (const id of opens) names.set(id, label)
  const open: number[] = []
  for (const piece of kept) {
    if (piece === undefined) continue
    for (const id of piece.closes) if (open.pop() !== id) return names.get(id) ?? piece.label
    open.push(...piece.opens)
  }
  const left = open.at(-1)
  return left === undefined ? undefined : (names.get(left) ?? '')
}
