import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Answer } from './answer.ts'
import type { SetFault } from './faults.ts'
import type { Route } from './route-table.ts'
import type { User } from './users.ts'

/** A request with what stands in front of the API's own paths taken off: a gateway's prefix, a context path. */
export type Ask = {
  method: string
  /** With its query. */
  path: string
  viaGateway: boolean
  /** It was sent to something that is not this site: another cloud, a path outside the context. */
  elsewhere: boolean
}

/** What differs between deployments before a route answers: how requests are read, who is let in, how refusals look. */
export type Front = {
  read: (request: IncomingMessage) => Ask
  /** What is answered before anybody is known; undefined lets the request in. */
  early: (ask: Ask, headers: IncomingHttpHeaders) => Answer | undefined
  /** Who asks, when they may ask this route; throws the refusal otherwise. */
  admit: (ask: Ask, headers: IncomingHttpHeaders, route: Route | undefined) => User
  unknownPath: (ask: Ask) => Answer
  /** Adds what every answer carries, also those of faults. */
  finish: (answer: Answer, user: User | undefined) => Answer
  forms: Forms
}

/** How this deployment words what faults answer. */
export type Forms = {
  limited: (fault: SetFault) => Answer
  failed: (status: number, path: string) => Answer
  badCursor: () => Answer
  loginPage: string
  /** Where a login redirect points. */
  loginUrl: string
}
