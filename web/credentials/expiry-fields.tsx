import { MultiSelect, Radio, Stack, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { By } from '#schema/credential.ts'
import type { CredentialValues } from './credential-form.ts'
import { usePeople } from '../api/people.ts'
import { nameOf } from './words.ts'

type ExpiryFieldsProps = { form: UseFormReturnType<CredentialValues>; scope: string; reminded: readonly By[] }

/** When the secret stops working at the other side, and what Lockkeeper does about it. */
export function ExpiryFields({ form, scope, reminded }: ExpiryFieldsProps) {
  const { users, note } = usePeople(scope)
  // Somebody chosen earlier may be out of the viewer's sight.
  const others = reminded.filter(({ id }) => !users.some(({ value }) => value === id))
  const choices = [...users, ...others.map((by) => ({ value: by.id, label: nameOf(by) }))]
  return (
    <Stack>
      <TextInput
        label="Expires"
        description="Optional: the day on which it stops working at the other system."
        type="date"
        styles={{ wrapper: { maxWidth: 220 } }}
        {...form.getInputProps('expiresAt')}
      />
      {form.values.expiresAt !== '' && (
        <>
          <Radio.Group label="Once it has expired" {...form.getInputProps('expiryPolicy')}>
            <Stack gap="xs" mt={6}>
              <Radio value="warn" label="Warn" description="It is still sent, and marked as expired." />
              <Radio value="block" label="Block" description="It is not sent any more." />
            </Stack>
          </Radio.Group>
          <MultiSelect
            label="Remind"
            description={`30, 14, 7 and 1 days before. Nobody chosen: the admins. ${note ?? ''}`.trim()}
            data={choices}
            searchable
            limit={50}
            maxDropdownHeight={240}
            nothingFoundMessage="Nobody is called so."
            placeholder={form.values.remind.length === 0 ? 'Choose people' : ''}
            comboboxProps={{ position: 'top' }}
            {...form.getInputProps('remind')}
          />
        </>
      )}
    </Stack>
  )
}
