import { archivedSpace } from './archive.ts'
import { developerSpace } from './dev/space.ts'
import { operationsSpace } from './ops/space.ts'
import { personalSpace } from './personal.ts'
import { supportSpace } from './support/space.ts'
import type { SampleSpace } from './types.ts'

/** The sample knowledge base: the support handbook of an invented maker of laboratory sensors. */
export const knowledgeBase: SampleSpace[] = [
  supportSpace,
  developerSpace,
  operationsSpace,
  personalSpace,
  archivedSpace,
]
