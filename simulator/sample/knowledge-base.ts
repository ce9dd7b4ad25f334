import { supportSpace } from './support/space.ts'
import { developerSpace } from './dev/space.ts'
import type { SampleSpace } from './types.ts'

/** The sample knowledge base: the support handbook of an invented maker of laboratory sensors. */
export const knowledgeBase: SampleSpace[] = [supportSpace, developerSpace]
