import { Button, CopyButton, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { SigningSecret } from '#schema/workflow-api.ts'
import { Moment } from '../ui/moment.tsx'

type SigningDialogProps = {
  secrets: readonly SigningSecret[]
  /** What the actions do, in words, by their ids. */
  actionNames: Readonly<Record<string, string>>
  onClose: () => void
}

/** Signing secrets that were just made: they are shown this once. */
export function SigningDialog({ secrets, actionNames, onClose }: SigningDialogProps) {
  return (
    <Modal
      opened={secrets.length > 0}
      onClose={onClose}
      title={secrets.length === 1 ? 'The signing secret' : 'The signing secrets'}
      size="lg"
      closeOnClickOutside={false}
    >
      <Stack>
        <Text>
          Every message is signed (Standard Webhooks). Give the receiver what stands here, so that it can verify that
          messages come from this workflow. <strong>A secret is shown this once;</strong> if it is lost, renew it.
        </Text>
        {secrets.map(({ actionId, secret, publicKey, formerUntil }) => (
          <Stack key={actionId} gap="xs">
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {actionNames[actionId] ?? actionId}
            </Text>
            {secret !== null && <Copied label="Secret" value={secret} />}
            {publicKey !== null && <Copied label="Public key" value={publicKey} />}
            {formerUntil !== null && (
              <Text size="sm" c="dimmed">
                Messages carry a signature of the former one too, until <Moment time={formerUntil} />.
              </Text>
            )}
          </Stack>
        ))}
        <Text size="sm" c="dimmed">
          The receiver checks the headers <code>webhook-id</code>, <code>webhook-timestamp</code> and{' '}
          <code>webhook-signature</code>; libraries for it are at standardwebhooks.com.
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            I have copied it
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Copied({ label, value }: { label: string; value: string }) {
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <TextInput label={label} readOnly value={value} style={{ flex: 1, minWidth: 0 }} ff="monospace" />
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            onClick={copy}
            aria-label={`Copy ${label.toLowerCase()}`}
            leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </Group>
  )
}
