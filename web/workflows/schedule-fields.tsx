import { NativeSelect, Select, TextInput } from '@mantine/core'
import type { DraftTrigger } from './draft.ts'
import { useField } from './editor-context.ts'

const presets = [
  { value: '0 * * * *', label: 'Every hour' },
  { value: '0 9 * * *', label: 'Every day at 9:00' },
  { value: '0 9 * * 1-5', label: 'Monday to Friday at 9:00' },
  { value: '0 9 * * 1', label: 'Every Monday at 9:00' },
  { value: '0 9 1 * *', label: 'On the first of the month at 9:00' },
]

type ScheduleFieldsProps = { path: string; trigger: DraftTrigger; onChange: (next: DraftTrigger) => void }

/** The times of a schedule, as cron writes them. */
export function ScheduleFields({ path, trigger, onChange }: ScheduleFieldsProps) {
  const cron = trigger.cron ?? ''
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]
  return (
    <>
      <NativeSelect
        label="How often"
        value={presets.some(({ value }) => value === cron) ? cron : ''}
        data={[...presets, { value: '', label: 'As written below' }]}
        onChange={({ currentTarget: { value } }) => value !== '' && onChange({ ...trigger, cron: value })}
      />
      <TextInput
        label="As cron"
        description="Minute, hour, day of the month, month, day of the week (0 = Sunday)."
        spellCheck={false}
        autoComplete="off"
        required
        {...useField(`${path}.cron`)}
        value={cron}
        onChange={({ currentTarget: { value } }) => onChange({ ...trigger, cron: value })}
      />
      <Select
        label="Time zone"
        searchable
        limit={100}
        nothingFoundMessage="There is no such zone."
        data={zones}
        {...useField(`${path}.timezone`)}
        value={trigger.timezone ?? 'UTC'}
        onChange={(zone) => onChange({ ...trigger, timezone: zone === null || zone === 'UTC' ? undefined : zone })}
      />
    </>
  )
}
