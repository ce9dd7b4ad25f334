import { people } from '../people.ts'
import { gettingStarted } from './getting-started.ts'
import { troubleshooting } from './troubleshooting.ts'
import type { SampleSpace } from '../types.ts'

/** The handbook that support agents and customers read. */
export const supportSpace: SampleSpace = {
  key: 'SUP',
  name: 'Sorrelby Support Handbook',
  type: 'knowledge_base',
  status: 'current',
  description: 'Everything we tell customers about Stations, sensors, the Console, plans and returns.',
  pages: [
    {
      title: 'Sorrelby Support Handbook',
      labels: ['home'],
      author: people.lead,
      storage: '<p>Welcome.</p>',
      children: [gettingStarted, troubleshooting],
    },
  ],
  blogPosts: [],
}
