import { matchSequences } from './match.ts'

/** Ranges of three lists, each `from` up to `to`, that stand for one another. */
export type Region = {
  base: [from: number, to: number]
  mine: [from: number, to: number]
  theirs: [from: number, to: number]
  /** The same in all three. */
  stable: boolean
}

/** Where two lists that came from one are as they were, and where either changed; in order, without gaps. */
export function threeWay(base: readonly string[], mine: readonly string[], theirs: readonly string[]): Region[] {
  const inMine = new Map(matchSequences(base, mine))
  const inTheirs = new Map(matchSequences(base, theirs))
  const regions: Region[] = []
  let [b, m, t] = [0, 0, 0]
  const upTo = (base: number, mine: number, theirs: number) => {
    if (base > b || mine > m || theirs > t)
      regions.push({ base: [b, base], mine: [m, mine], theirs: [t, theirs], stable: false })
    ;[b, m, t] = [base, mine, theirs]
  }
  for (let i = 0; i < base.length; i++) {
    const mineAt = inMine.get(i)
    const theirsAt = inTheirs.get(i)
    if (mineAt === undefined || theirsAt === undefined) continue
    upTo(i, mineAt, theirsAt)
    const last = regions.at(-1)
    if (last?.stable) {
      last.base[1]++
      last.mine[1]++
      last.theirs[1]++
    } else
      regions.push({ base: [i, i + 1], mine: [mineAt, mineAt + 1], theirs: [theirsAt, theirsAt + 1], stable: true })
    ;[b, m, t] = [i + 1, mineAt + 1, theirsAt + 1]
  }
  upTo(base.length, mine.length, theirs.length)
  return regions
}
