import { Alert, Button, Group, Modal, Stack } from '@mantine/core'
import type { CheckReport } from '#schema/integration.ts'
import { CheckList } from './check-list.tsx'

/** What a test of the connection found, shown until it is closed. */
export function TestReport({
  name,
  report,
  onClose,
}: {
  name: string
  report: CheckReport | undefined
  onClose: () => void
}) {
  const failed = report?.checks.filter(({ ok }) => !ok).length ?? 0
  return (
    <Modal opened={report !== undefined} onClose={onClose} title={`Test of “${name}”`}>
      {report !== undefined && (
        <Stack>
          <Alert
            color={report.ok ? 'green' : 'red'}
            title={report.ok ? 'The connection works' : 'The connection does not work'}
          >
            {report.ok
              ? 'Every check passed.'
              : `${failed === 1 ? 'One check' : `${failed} checks`} failed; it says below what to do.`}
          </Alert>
          <CheckList checks={report.checks} />
          <Group justify="flex-end">
            <Button onClick={onClose} data-autofocus>
              Close
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
