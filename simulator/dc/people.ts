import { json, type Answer } from '../answer.ts'
import { baseOf } from './settings.ts'
import type { DcCall } from './call.ts'
import { personJson } from './people-json.ts'

export function currentUser(call: DcCall): Answer {
  const person = personJson(call, call.user.account)
  return json(200, { ...person, _links: { ...person._links, base: baseOf(call.dc), context: call.dc.contextPath } })
}

export function serverInformation(call: DcCall): Answer {
  const [major = 0, minor = 0] = call.dc.version.split('.').map(Number)
  const buildNumber = major * 1000 + minor * 100 + 1
  return json(200, {
    baseUrl: baseOf(call.dc),
    version: call.dc.version,
    buildNumber,
    marketplaceBuildNumber: buildNumber,
    buildDate: '2025-06-30',
  })
}
