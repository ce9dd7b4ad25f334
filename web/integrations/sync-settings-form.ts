import type { Integration } from '#schema/integration.ts'

/** A number field's value: the empty text while nothing is typed. */
type NumberValue = number | string

export type SettingsValues = {
  readers: string
  quarantineDays: NumberValue
  attachmentMegabytes: NumberValue
  concurrency: NumberValue
  requestsPerMinute: NumberValue
  waitMinutes: NumberValue
  hasWindow: boolean
  from: NumberValue
  to: NumberValue
  timeZone: string
}

export function settingsValues({ settings }: Pick<Integration, 'settings'>): SettingsValues {
  const { readers, quarantineDays, attachmentMegabytes, manners } = settings
  const { concurrency, requestsPerMinute, waitMinutes, window } = manners
  return {
    readers,
    quarantineDays,
    attachmentMegabytes,
    concurrency: concurrency ?? '',
    requestsPerMinute: requestsPerMinute ?? '',
    waitMinutes: waitMinutes ?? '',
    hasWindow: window !== null && window !== undefined,
    from: window?.from ?? 22,
    to: window?.to ?? 6,
    timeZone: window?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}

/** Manners are sent whole: what is left empty is the default again. */
export function settingsInput(values: SettingsValues): unknown {
  const { readers, quarantineDays, attachmentMegabytes, hasWindow, from, to, timeZone } = values
  const manners = {
    ...given('concurrency', values.concurrency),
    ...given('requestsPerMinute', values.requestsPerMinute),
    ...given('waitMinutes', values.waitMinutes),
    window: hasWindow ? { from, to, timeZone: timeZone.trim() } : null,
  }
  return { settings: { readers, quarantineDays, attachmentMegabytes, manners } }
}

function given(name: string, value: NumberValue): Record<string, NumberValue> {
  return value === '' ? {} : { [name]: value }
}

/** The API's names of the form's fields. */
export const settingsNames = {
  'settings.readers': 'readers',
  'settings.quarantineDays': 'quarantineDays',
  'settings.attachmentMegabytes': 'attachmentMegabytes',
  'settings.manners.concurrency': 'concurrency',
  'settings.manners.requestsPerMinute': 'requestsPerMinute',
  'settings.manners.waitMinutes': 'waitMinutes',
  'settings.manners.window.from': 'from',
  'settings.manners.window.to': 'to',
  'settings.manners.window.timeZone': 'timeZone',
}
