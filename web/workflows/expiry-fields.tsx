import { Button, Group, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { type DurationUnit, durationUnits, durationWords, readDuration, writeDuration } from './duration.ts'
import { useField } from './editor-context.ts'

type ExpiryFieldsProps = { path: string; iso: string | undefined; onChange: (iso: string | undefined) => void }

/** How long a page may stay in a status: as a number of days, or as ISO 8601 says it. */
export function ExpiryFields({ path, iso, onChange }: ExpiryFieldsProps) {
  const field = useField(`${path}.expiresAfter`)
  if (iso === undefined) {
    return (
      <Group>
        <Button variant="default" size="xs" onClick={() => onChange('P90D')}>
          Let it expire
        </Button>
      </Group>
    )
  }
  const plain = readDuration(iso)
  const unit = plain?.unit ?? 'days'
  return (
    <Group gap="sm" align="flex-start">
      <NumberInput
        label="Expires after"
        w={110}
        min={1}
        max={9999}
        allowDecimal={false}
        allowNegative={false}
        placeholder="mixed"
        value={plain?.amount ?? ''}
        onChange={(amount) => typeof amount === 'number' && onChange(writeDuration({ amount, unit }))}
      />
      <NativeSelect
        label="Unit"
        value={unit}
        data={durationUnits.map((value) => ({ value, label: value }))}
        onChange={({ currentTarget: { value } }) =>
          onChange(writeDuration({ amount: plain?.amount ?? 1, unit: unitOf(value) }))
        }
      />
      <TextInput
        label="As ISO 8601"
        w={150}
        description={durationWords(iso) ?? 'Such as P90D, P6M, PT12H.'}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        spellCheck={false}
        autoComplete="off"
        {...field}
        value={iso}
        onChange={({ currentTarget: { value } }) => onChange(value.trim().toUpperCase())}
      />
      <Button variant="subtle" size="xs" mt={28} onClick={() => onChange(undefined)}>
        Never expires
      </Button>
    </Group>
  )
}

function unitOf(text: string): DurationUnit {
  return durationUnits.find((unit) => unit === text) ?? 'days'
}
