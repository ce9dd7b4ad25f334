import { DcChange } from '../dc/settings.ts'
import { readFault, type Fault } from '../faults.ts'
import { clearLog, type RequestLog } from '../log.ts'
import type { State } from '../server.ts'
import { siteNow } from '../world/site.ts'
import { controlContent } from './content.ts'
import { controlReaders } from './readers.ts'
import { controlSpaces } from './spaces.ts'
import { controlUsers } from './users.ts'
import { truth } from './truth.ts'

/** Everything a test does behind the clients' backs. Ids are strings, as in the API; unknown ids throw. */
export type Control = ReturnType<typeof openControl>

export function openControl(state: State) {
  const { site } = state
  return {
    ...controlContent(state),
    ...controlReaders(state),
    ...controlSpaces(state),
    ...controlUsers(state),
    /** Faults are tried in the order they were set; the first that fits strikes. */
    setFault: (fault: Fault): void => void state.faults.push(readFault(fault)),
    clearFaults: (): void => void (state.faults.length = 0),
    setLatency: (ms: number): void => void (state.latencyMs = ms),
    setSearchLag: (ms: number): void => void (state.searchLagMs = ms),
    /** How the Data Center is set up from now on; throws where the simulator is a Cloud site. */
    setDataCenter: (change: DcChange): void => {
      if (state.dc === undefined) throw new Error('This simulator is a Cloud site: start it with mode "dc"')
      Object.assign(state.dc, DcChange.parse(change))
    },
    /** The site's clock, ms since 1970. */
    now: (): number => siteNow(site),
    advance: (ms: number): void => void (site.clockSkewMs += ms),
    truth: () => truth(site),
    requests: (): RequestLog => state.log,
    clearRequests: (): void => clearLog(state.log),
  }
}
