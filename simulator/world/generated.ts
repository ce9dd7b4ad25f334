import { escapePiece, type Prose } from './prose.ts'
import { mix, pick } from './random.ts'
import { nounList, qualityList, verbList } from './vocabulary.ts'

const kinds = ['guide', 'runbook', 'checklist', 'FAQ', 'reference', 'notes', 'policy', 'overview'] as const

/** The title of the generated node with this number in its space: different for every number of one space. */
export function generatedTitle(seed: number, space: number, index: number): string {
  const spread = nounList.length * qualityList.length
  const at = (index * 7919 + (mix(seed, space) % spread)) % spread
  const noun = nounList[at % nounList.length] ?? 'page'
  const quality = qualityList[Math.floor(at / nounList.length)] ?? 'plain'
  const round = Math.floor(index / spread)
  const title = `${quality} ${noun} ${pick(kinds, mix(seed, space, index) / 2 ** 32)}${round > 0 ? ` ${round + 1}` : ''}`
  return title.charAt(0).toUpperCase() + title.slice(1)
}

export type GeneratedBody = { seed: number; id: number; version: number; title: string; related: string }

/** The body of a generated page as pieces for the inside of a JSON string: about 7 KB, between 3 and 11. An edit changes one section. */
export function generatedBody(prose: Prose, page: GeneratedBody): (Buffer | string)[] {
  const { seed, id, version } = page
  const target = 2500 + (mix(seed, id, 11) % 7600)
  const pieces: (Buffer | string)[] = [introduction(page)]
  let bytes = 300
  for (let section = 0; bytes < target; section += 1) {
    const salt = lastEditOf(section, version)
    for (const piece of sectionPieces(prose, mix(seed, id, section, salt))) {
      pieces.push(piece)
      bytes += piece.length
    }
  }
  return pieces
}

// Version v rewrites section v mod 6: neighbouring versions share all the others.
function lastEditOf(section: number, version: number): number {
  for (let at = version; at > 1; at -= 1) if (at % 6 === section % 6) return at
  return 1
}

function sectionPieces(prose: Prose, hash: number): Buffer[] {
  const piece = (stock: readonly Buffer[], step: number) => pick(stock, mix(hash, step) / 2 ** 32)
  const pieces = [piece(prose.headings, 1), piece(prose.paragraphs, 2)]
  if (hash % 3 > 0) pieces.push(piece(prose.paragraphs, 3))
  if (hash % 2 > 0) pieces.push(piece(prose.blocks, 4))
  return pieces
}

function introduction({ seed, id, version, title, related }: GeneratedBody): string {
  const hash = mix(seed, id, 5)
  const subject = pick(nounList, hash / 2 ** 32)
  const verb = pick(verbList, mix(hash, 1) / 2 ** 32)
  return escapePiece(
    `<p>${title}, revision ${version}: how to ${verb} the ${subject}. Reference <code>${subject.slice(0, 3).toUpperCase()}-${hash % 100_000}</code>. ` +
      `See also <ac:link><ri:page ri:content-title="${related}" /></ac:link>.</p>`,
  )
}
