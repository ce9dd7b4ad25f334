import { Group, NativeSelect, NumberInput, Text } from '@mantine/core'
import { useState } from 'react'
import { Signing, WebhookMethod } from '#schema/webhook.ts'
import type { EventType } from '#schema/workflow.ts'
import { Disclosure } from '../ui/disclosure.tsx'
import { BodyFields } from './body-fields.tsx'
import { CredentialPicker } from './credential-picker.tsx'
import type { DraftWebhook } from './draft.ts'
import { useEditor, useField } from './editor-context.ts'
import { isWithin } from './faults.ts'
import { HeaderRows } from './header-rows.tsx'
import { RenewSigning } from './renew-signing.tsx'
import { SendTest } from './send-test.tsx'
import { UrlField } from './url-field.tsx'

export type WebhookFieldsProps = {
  path: string
  events: readonly EventType[]
  action: DraftWebhook
  onChange: (next: DraftWebhook) => void
}

/** A request to another system: which credential, where to, and what is said. */
export function WebhookFields(props: WebhookFieldsProps) {
  const { path, events, action, onChange } = props
  return (
    <>
      {action.type === 'authenticated-webhook' && (
        <CredentialPicker
          path={`${path}.credentialId`}
          id={action.credentialId}
          onChange={(credentialId) => onChange({ ...action, credentialId })}
        />
      )}
      <Group gap="sm" align="flex-start">
        <NativeSelect
          label="Method"
          w={106}
          style={{ flex: 'none' }}
          data={WebhookMethod.options}
          {...useField(`${path}.method`)}
          value={action.method ?? 'POST'}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...action, method: value === 'POST' ? undefined : WebhookMethod.parse(value) })
          }
        />
        <UrlField
          path={`${path}.url`}
          events={events}
          credentialId={action.type === 'authenticated-webhook' ? action.credentialId : undefined}
          url={action.url}
          onChange={(url) => onChange({ ...action, url })}
        />
      </Group>
      {action.method !== 'GET' && <BodyFields {...props} />}
      <More {...props} />
      <WhatIsSaved {...props} />
    </>
  )
}

function More({ path, events, action, onChange }: WebhookFieldsProps) {
  const { faults } = useEditor()
  const isWrong = ['headers', 'timeoutSeconds', 'signing'].some((name) =>
    faults.some((fault) => isWithin(fault, `${path}.${name}`)),
  )
  const [open, setOpen] = useState(action.headers !== undefined || isWrong)
  return (
    <Disclosure label="Headers, signature, timeout" open={open || isWrong} onToggle={setOpen}>
      <HeaderRows
        path={`${path}.headers`}
        events={events}
        headers={action.headers ?? {}}
        onChange={(headers) =>
          onChange({ ...action, headers: Object.keys(headers).length === 0 ? undefined : headers })
        }
      />
      <Group gap="sm" align="flex-start" mt="sm">
        <NativeSelect
          label="Signature"
          description="Standard Webhooks: the receiver can verify that it comes from here."
          style={{ flex: '1 1 240px' }}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          data={[
            { value: 'v1', label: 'v1: shared secret (HMAC-SHA256)' },
            { value: 'v1a', label: 'v1a: public key (ed25519)' },
            { value: 'both', label: 'Both' },
          ]}
          {...useField(`${path}.signing`)}
          value={action.signing ?? 'v1'}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...action, signing: value === 'v1' ? undefined : Signing.parse(value) })
          }
        />
        <NumberInput
          label="Timeout in seconds"
          w={160}
          min={1}
          max={60}
          allowDecimal={false}
          placeholder="Usual"
          {...useField(`${path}.timeoutSeconds`)}
          value={action.timeoutSeconds ?? ''}
          onChange={(value) => onChange({ ...action, timeoutSeconds: typeof value === 'number' ? value : undefined })}
        />
      </Group>
    </Disclosure>
  )
}

/** What can be done with an action that is saved: a test of it, and another signing secret. */
function WhatIsSaved({ action }: WebhookFieldsProps) {
  const { saved, isDirty } = useEditor()
  const savedAction = saved?.definition.triggers?.flatMap((trigger) => trigger.do).find(({ id }) => id === action.id)
  if (saved === undefined || action.id === undefined || savedAction === undefined) {
    return (
      <Text size="xs" c="dimmed">
        Once it is saved, it has a signing secret and a test can be sent.
      </Text>
    )
  }
  return (
    <Group gap="xs">
      <SendTest workflowId={saved.id} actionId={action.id} url={action.url} method={action.method} isDirty={isDirty} />
      <RenewSigning workflowId={saved.id} actionId={action.id} />
    </Group>
  )
}
