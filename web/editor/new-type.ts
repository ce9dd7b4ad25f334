import { z } from 'zod'

/** What a person may make. A blog post stands below nothing. */
export const NewType = z.enum(['page', 'blogpost'])
export type NewType = z.infer<typeof NewType>
