import { Button, Group } from '@mantine/core'

type FormActionsProps = {
  /** What the form does: *Save*, *Create*. */
  label: string
  busy: boolean
  disabled?: boolean
  onCancel: () => void
}

/** The end of a form in a dialog. */
export function FormActions({ label, busy, disabled = false, onCancel }: FormActionsProps) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={busy} disabled={disabled}>
        {label}
      </Button>
    </Group>
  )
}
