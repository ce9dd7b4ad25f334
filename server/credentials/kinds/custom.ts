/** A header of one's own choice, such as `X-Api-Key`. */
import { judgeHeader } from '#server/egress/header.ts'
import { missing, type Checked, type Fault } from './checked.ts'

/** `known`: the stored header, kept when none is given. */
export function checkCustom(
  { header: given, value }: { header?: string | undefined; value: string | undefined },
  known: string | null,
): Checked {
  const header = given ?? known
  if (header === null) return missing('custom.header', 'Give the name of the header.')
  const nameFault = faultOfName(header)
  const faults: Fault[] = nameFault === undefined ? [] : [{ path: 'custom.header', message: nameFault }]
  // Judged under a name that is always right, so that both fields are told at once.
  const verdict = value === undefined ? undefined : judgeHeader('Authorization', value)
  if (verdict?.allowed === false)
    faults.push({ path: 'custom.value', message: verdict.reason.replace('The value of "Authorization"', 'The value') })
  return { username: null, header, secret: value, notes: [], faults }
}

/** A name that is none is not repeated: it may be the secret, pasted into the wrong field. */
function faultOfName(header: string): string | undefined {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(header))
    return 'This is no header name: use letters, digits and dashes, without spaces or a colon.'
  const verdict = judgeHeader(header, 'value')
  return verdict.allowed ? undefined : verdict.reason
}
