import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import { IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import type { Document } from '#schema/document.ts'
import { sendTest } from '../api/workflows.ts'
import { ReasonButton } from '../ui/reason-button.tsx'
import { useEditor } from './editor-context.ts'
import { PageSelect } from './page-select.tsx'
import { Request } from './request.tsx'

type SendTestProps = {
  workflowId: string
  actionId: string
  url: string
  method: string | undefined
  isDirty: boolean
  page?: Pick<Document, 'id' | 'title'> | undefined
}

/** Sends one action to its real address, after it was said where that is. */
export function SendTest({ workflowId, actionId, url, method = 'POST', isDirty, page }: SendTestProps) {
  const { scope } = useEditor()
  const [opened, { open, close }] = useDisclosure()
  const [chosen, setChosen] = useState(page)
  const test = useMutation({ mutationFn: () => sendTest(workflowId, actionId, chosen?.id), gcTime: 0 })
  return (
    <>
      <ReasonButton
        variant="default"
        size="xs"
        leftSection={<IconSend size={14} aria-hidden />}
        disabledReason={isDirty ? 'Save first: the test sends what is saved.' : undefined}
        onClick={() => {
          test.reset()
          setChosen(page)
          open()
        }}
      >
        Send test
      </ReasonButton>
      <Modal opened={opened} onClose={close} title="Send a test?" size="lg">
        <Stack>
          <Text style={{ overflowWrap: 'anywhere' }}>
            A real request, {method} to <strong>{url}</strong>, is sent in your name, with the header{' '}
            <code>webhook-test: true</code>. What the other system does with it is its own affair.
          </Text>
          <PageSelect
            scope={scope}
            label="With the values of this page"
            description="Without one, the examples of the list of references are sent."
            chosen={chosen}
            onChoose={setChosen}
          />
          <div aria-live="polite">
            {test.data !== undefined && (
              <Alert
                color={test.data.ok ? 'green' : 'red'}
                title={
                  test.data.status === null
                    ? 'Nothing was answered'
                    : `The receiver answered with status ${test.data.status}`
                }
              >
                {test.data.detail}
              </Alert>
            )}
          </div>
          {test.data !== undefined && <Request request={test.data.request} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {test.data === undefined ? 'Cancel' : 'Close'}
            </Button>
            <Button loading={test.isPending} onClick={() => test.mutate()}>
              {test.data === undefined ? 'Send' : 'Send again'}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
