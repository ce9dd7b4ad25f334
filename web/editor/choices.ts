import type { EditConflict, MergePart } from '#schema/publish.ts'
import type { Choice } from './draft.ts'

export type ConflictPart = Extract<MergePart, { kind: 'conflict' }>

/** The blocks that both changed, in order. */
export function conflictsOf({ parts }: EditConflict): ConflictPart[] {
  return parts.filter((part) => part.kind === 'conflict')
}

/** The parts in order; those that wait for a choice with their number among these, from 0. */
export function numbered({ parts }: EditConflict): { part: MergePart; number: number }[] {
  let number = -1
  return parts.map((part) => {
    if (part.kind === 'conflict') number += 1
    return { part, number }
  })
}

/** The whole text by the choices; undefined while one of them is missing. */
export function decidedText(conflict: EditConflict, choices: readonly (Choice | null)[]): string | undefined {
  const texts = numbered(conflict).map(({ part, number }) => {
    if (part.kind === 'merged') return part.storage
    const choice = choices[number] ?? null
    return choice === null ? undefined : chosenStorage(part, choice)
  })
  return texts.includes(undefined) ? undefined : texts.join('')
}

/** What of a block is kept. */
export function chosenStorage({ mine, theirs }: ConflictPart, choice: Choice): string {
  switch (choice.take) {
    case 'mine':
      return mine.storage
    case 'theirs':
      return theirs.storage
    case 'both':
      return mine.storage + theirs.storage
    case 'own':
      return choice.storage
    default:
      choice satisfies never
      return ''
  }
}
